import type { Action, Plan } from './types.ts';

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

/** Whether the plan as it is now does anything that the agreed one did not say. */
export function isWorse(agreed: Plan, now: Plan): boolean {
  if (WEIGHT[now.action] > WEIGHT[agreed.action]) return true;
  if (now.live?.id !== agreed.live?.id && now.action !== 'none') return true;
  if (now.bytesToSend > 0 && agreed.bytesToSend === 0) return true;
  const said = new Set(agreed.changes.map(effect));
  return now.changes.some((change) => !said.has(effect(change)));
}

/** What a change writes; what it finds there may have moved without making it any worse. */
function effect({ path, after }: Plan['changes'][number]): string {
  return JSON.stringify([path, after ?? null, after === undefined]);
}
