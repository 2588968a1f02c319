import assert from 'node:assert/strict';
import type { Definition } from '../../../src/core/definition/definition.ts';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';
import { placeNamed } from './live-image.ts';

/** A definition of a made-up file that has these arguments besides the required ones. */
export function definitionOf(rest: Readonly<Record<string, unknown>> = {}, file = '/space/a.image.jsonc'): Definition {
  const all = { name: 'a', container_format: 'bare', disk_format: 'raw', local_file_path: 'a.raw', ...rest };
  const [definition] = parseDefinitions(JSON.stringify(all), file).definitions;
  assert.ok(definition);
  return definition;
}

let count = 0;

/** A plan that does nothing, unless told otherwise. */
export function planOf(definition: Definition, rest: Partial<Plan> = {}): Plan {
  count += 1;
  return {
    id: `sample-plan-${count}`,
    definition,
    place: placeNamed('RegionOne'),
    cloudChosenBy: 'the only cloud',
    action: 'none',
    changes: [],
    bytes: 'none',
    bytesToSend: 0,
    problems: [],
    fingerprint: '',
    unmanaged: [],
    ...rest,
  };
}
