import { reachesFurther } from './problems/reach-problems.ts';
import { type Change, type Plan, SENDS, type Action } from '../model/plan.ts';
/** How much an action does to what exists. */
const WEIGHT: Readonly<Record<Action, number>> = {
  none: 0,
  adopt: 1,
  update: 2,
  upload: 3,
  create: 3,
  replace: 4,
  blocked: 5,
};

/** Whether a plan made again does anything that the agreed one did not show. */
export function exceedsAgreed(agreed: Plan, now: Plan): boolean {
  if (WEIGHT[now.action] > WEIGHT[agreed.action]) return true;
  if (now.live?.id !== agreed.live?.id && now.action !== 'none') return true;
  if (now.bytesToSend > 0 && !SENDS.has(agreed.action)) return true;
  if (reachesFurther(agreed, now)) return true;
  const said = new Set(agreed.changes.map(effect));
  // Who agreed before the bytes were known also agreed to their digests.
  const differs = (change: Change): boolean =>
    change.path === 'data' && mentionsData(agreed) && (agreed.remote !== undefined || isSameFile(agreed, now));
  return now.changes.some((change) => !differs(change) && !said.has(effect(change)));
}

function mentionsData({ changes }: Plan): boolean {
  return changes.some(({ path }) => path === 'data');
}

/** Whether two plans send a file of the same path and size, whose digests became known in between. */
function isSameFile({ source: agreed }: Plan, { source: now }: Plan): boolean {
  return agreed?.digests === undefined && agreed?.path === now?.path && agreed?.size === now?.size;
}

/** What a change writes. The value that it overwrites does not matter. */
function effect({ path, after }: Plan['changes'][number]): string {
  return JSON.stringify([path, after ?? null, after === undefined]);
}
