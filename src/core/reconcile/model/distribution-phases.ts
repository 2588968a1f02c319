import { membersOf } from '../../definition/definition.ts';
import type { Phase } from './phases.ts';
import { argumentsOf, isStoreChange, SENDS, type Plan } from './plan.ts';

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
