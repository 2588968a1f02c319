import type { Definition } from '../../definition/definition.ts';
import type { Failure } from '../../failure.ts';
import type { Place } from '../../place.ts';
import { fingerprint } from '../ownership/fingerprint.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { Plan } from '../model/plan.ts';

/** The blocked plan of a definition whose cloud is unknown or whose region does not answer. */
export function blockedPlan(
  id: string,
  definition: Definition,
  failure: Failure,
  where?: { readonly place: Place; readonly chosenBy: string },
): Plan {
  const { cloud = '', region = '' } = definition.arguments;
  const argument = where === undefined ? 'cloud' : 'name';
  const problem = problemAt(definition, 'error', failure.code, failure.explain(), argument);
  return {
    id,
    definition,
    place: where?.place ?? { cloud, region, origin: '' },
    cloudChosenBy: where?.chosenBy ?? '',
    action: 'blocked',
    changes: [],
    bytes: 'none',
    bytesToSend: 0,
    problems: [failure.place === undefined ? problem : { ...problem, cause: failure.place }],
    fingerprint: fingerprint(undefined),
    unmanaged: [],
  };
}
