import type { Change, Plan } from '../model/plan.ts';
import { membersOf } from '../../definition/definition.ts';
import type { PartialArguments } from '../../definition/writing/render.ts';

const MEMBERS = 'members/';
const STORES = 'stores/';

/** Stores and members of one side of a plan's diff, as a definition writes them; absent where the plan does not speak of them. */
export function sideSharing(plan: Plan, which: 'before' | 'after'): PartialArguments {
  const stores = sideStores(plan, which);
  const members = sideMembers(plan, which);
  return {
    ...(stores.length === 0 ? {} : { stores }),
    ...(members.length === 0 ? {} : { members }),
  };
}

/** In the order of the definition, then those that are cleared. */
function sideStores({ stores, changes }: Plan, which: 'before' | 'after'): readonly string[] {
  const changed = below(STORES, changes);
  const all = new Set([...(stores?.stores ?? []), ...changed.keys()]);
  return [...all].filter((store) => {
    const change = changed.get(store);
    return change === undefined || change[which] !== undefined;
  });
}

/** As the definition writes them, and what the cloud has where that differs: an invitation that is to be accepted shows its status. */
function sideMembers({ definition, changes }: Plan, which: 'before' | 'after'): readonly unknown[] {
  const changed = below(MEMBERS, changes);
  const written = membersOf(definition.arguments);
  const items = written.flatMap((member): readonly unknown[] => {
    const change = changed.get(member.project);
    const asWritten = member.accept_with === undefined ? member.project : member;
    if (change === undefined || which === 'after') return [asWritten];
    return change.before === undefined ? [] : [{ project: member.project, status: change.before }];
  });
  if (which === 'after') return items;
  const kept = new Set(written.map(({ project }) => project));
  return [...items, ...[...changed.keys()].filter((project) => !kept.has(project))];
}

function below(prefix: string, changes: readonly Change[]): ReadonlyMap<string, Change> {
  const found = changes.filter(({ path }) => path.startsWith(prefix));
  return new Map(found.map((change) => [change.path.slice(prefix.length), change]));
}
