import { membersOf } from '../../../definition/definition.ts';
import { argumentsOf, onReplaceOf } from '../successor.ts';
import { clearedStores, isStoreChange } from './stores.ts';
import { type Plan, SENDS } from '../../model/plan.ts';
import type { Phase } from '../../model/phases.ts';

/** The phases in which an apply brings an image to stores and members, where it does. */
export function distributionPhases(plan: Plan): readonly Phase[] {
  const { stores, changes, action } = plan;
  const copies = SENDS.has(action) ? (stores?.stores.length ?? 0) > 1 : changes.some(isStoreChange);
  const shares =
    SENDS.has(action) || changes.some(({ path, after }) => path.startsWith('members/') && after !== undefined);
  return [
    ...(copies ? (['copying'] as const) : []),
    ...(shares && membersOf(argumentsOf(plan)).length > 0 ? (['sharing'] as const) : []),
  ];
}

/** What a plan does with copies and members that its changes do not say by themselves. */
export function describeDistribution(plan: Plan): readonly string[] {
  const cleared = describeClearing(plan);
  const alone = membersOf(argumentsOf(plan)).filter((member) => member.accept_with === undefined);
  const waits =
    plan.action === 'replace' && plan.live?.visibility === 'shared' && onReplaceOf(plan.definition) !== 'keep';
  return [
    ...(cleared === undefined ? [] : [cleared]),
    ...(waits && alone.length > 0
      ? ['members that use the old image have to accept the new one; until then the old one stays visible']
      : []),
  ];
}

/** What an apply deletes from stores, which can't be undone; `undefined` where it does not. */
export function describeClearing({ changes, live }: Plan): string | undefined {
  const stores = clearedStores(changes);
  if (stores.length === 0) return undefined;
  const from = `the ${stores.length === 1 ? 'store' : 'stores'} ${stores.join(', ')}`;
  return `the data of the image ${live?.id ?? ''} is deleted from ${from}, which can't be undone; it stays in the others`;
}
