import { bytesToSend } from '../sources/source-finding.ts';
import { type Plan, SENDS } from '../model/plan.ts';
import { decide } from './decision.ts';
import type { PlanInput } from './plan-input.ts';
import { sharingOfPlan } from './sharing/sharing.ts';
import type { Definition } from '../../definition/definition.ts';
import type { Failure } from '../../failure.ts';
import type { Place } from '../../place.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import { createHash } from 'node:crypto';

/** The plan for one definition in one region. Pure: the same input gives the same plan. */
export function planImage(input: PlanInput): Plan {
  const { id, definition, place, cloudChosenBy, source, multihash, lookedAt } = input;
  const { action, live, imageId, staged, changes, bytes, problems, unmanaged, successor } = decide(input);
  const { stores, facts } = sharingOfPlan(input, live);
  return {
    id,
    definition,
    place,
    cloudChosenBy,
    action,
    ...(imageId === undefined ? {} : { imageId }),
    ...(live === undefined ? {} : { live }),
    ...(staged === undefined || !SENDS.has(action) ? {} : { staged }),
    changes,
    bytes,
    bytesToSend: SENDS.has(action) ? bytesToSend(source) : 0,
    ...(source.kind === 'file' ? { source: source.facts } : {}),
    ...(source.kind === 'remote' ? { remote: source.facts } : {}),
    problems,
    ...(multihash === undefined ? {} : { multihash }),
    ...(lookedAt === undefined ? {} : { lookedAt }),
    fingerprint: fingerprint(live, facts),
    unmanaged,
    ...(successor === undefined || action !== 'replace' ? {} : { successor }),
    ...(stores === undefined ? {} : { stores }),
  };
}

/** The blocked plan of a definition whose cloud is unknown or whose region does not answer. */
export function blockedPlan(
  id: string,
  definition: Definition,
  failure: Failure,
  where?: { readonly place: Place; readonly chosenBy: string },
): Plan {
  const { cloud = '', region = '' } = definition.arguments;
  const argument = argumentOf(definition, failure, where?.place);
  const problem: Problem = {
    ...problemAt(definition, 'error', failure.code, failure.explain(), argument),
    ...(argument === undefined ? { outside: true } : {}),
  };
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

/** The argument that a failure to plan is about; `undefined` if the definition is not to blame. */
function argumentOf(
  { arguments: { regions }, places }: Definition,
  { code }: Failure,
  place: Place | undefined,
): string | undefined {
  switch (code) {
    case 'duplicate-definition':
      return 'name';
    case 'cloud-not-found':
      return places.has('cloud') ? 'cloud' : undefined;
    case 'no-image-service': {
      const written = regions === undefined ? 'region' : `regions/${regions.indexOf(place?.region ?? '')}`;
      return places.has(written) ? written : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * A short text that changes whenever anything about the live image does. Glance has no ETag, `updated_at` counts only
 * seconds, and members do not move it.
 *
 * @param further what else the plan was made from, e.g. members and stores
 */
export function fingerprint(live: LiveImage | undefined, further: readonly string[] = []): string {
  if (live === undefined) return 'absent';
  const plain = Object.entries(live).filter(([name]) => !['server', 'tags', 'properties'].includes(name));
  const text = JSON.stringify([plain, [...live.tags].sort(), Object.entries(live.properties).sort(byName), ...further]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
