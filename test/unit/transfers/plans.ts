import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';

const TEXT = `[
  { "name": "one", "container_format": "bare", "disk_format": "raw", "local_file_path": "secret-disk.raw" },
  { "name": "two", "container_format": "bare", "disk_format": "raw", "properties": { "a/b": "c" } }
]`;

/** Plans of two definitions of one file. */
export function somePlans(): readonly Plan[] {
  return parseDefinitions(TEXT, '/space/a.image.jsonc').definitions.map((definition) => ({
    id: `plan-${definition.index}`,
    definition,
    place: { cloud: 'c', region: 'R', origin: '/clouds.yaml' },
    cloudChosenBy: 'OS_CLOUD',
    action: 'create',
    changes: [{ path: 'name', before: undefined, after: 'one', forcesReplacement: false, why: 'differs' }],
    bytes: 'none',
    bytesToSend: 10,
    problems: [],
    fingerprint: 'absent',
    unmanaged: [],
  }));
}
