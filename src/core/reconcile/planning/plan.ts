import { fingerprint } from '../ownership/fingerprint.ts';
import { bytesToSend } from '../sources/source-finding.ts';
import { SENDS } from '../model/action.ts';
import type { Plan } from '../model/plan.ts';
import { decide } from './decision.ts';
import type { PlanInput } from './plan-input.ts';
import { sharingOfPlan } from './sharing/sharing.ts';

/** The plan for one definition in one region. Pure: the same input gives the same plan. */
export function planImage(input: PlanInput): Plan {
  const { id, definition, place, cloudChosenBy, source } = input;
  const { action, live, imageId, changes, bytes, problems, unmanaged, successor } = decide(input);
  const { stores, facts } = sharingOfPlan(input, live);
  return {
    id,
    definition,
    place,
    cloudChosenBy,
    action,
    ...(imageId === undefined ? {} : { imageId }),
    ...(live === undefined ? {} : { live }),
    changes,
    bytes,
    bytesToSend: SENDS.has(action) ? bytesToSend(source) : 0,
    ...(source.kind === 'file' ? { source: source.facts } : {}),
    ...(source.kind === 'remote' ? { remote: source.facts } : {}),
    problems,
    fingerprint: fingerprint(live, facts),
    unmanaged,
    ...(successor === undefined || action !== 'replace' ? {} : { successor }),
    ...(stores === undefined ? {} : { stores }),
  };
}
