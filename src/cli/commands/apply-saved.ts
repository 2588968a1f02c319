import { definitionKey } from '../../core/definition/definition.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { movedSince } from '../../core/reconcile/saved/moved-since.ts';
import type { SavedEntry, SavedPlan } from '../../core/reconcile/saved/saved-plan.ts';
import type { CommandDeps, CommonOptions } from '../command-deps.ts';
import { filesOf, savedEntries } from '../saved-plan-file.ts';
import { planNamed, type PlanConsents } from './plan.ts';
import { showPlanProblems } from './show-plans.ts';

/**
 * Plans again what a saved plan says, and returns the plans if they are what was reviewed. `undefined` after printing what
 * moved since.
 */
export async function planSaved(
  saved: SavedPlan,
  options: CommonOptions,
  deps: CommandDeps,
): Promise<readonly Plan[] | undefined> {
  const { terminal, folder, signal } = deps;
  const planned = await planNamed(filesOf(saved, folder), { ...options, ...consentsOfSaved(saved) }, deps);
  if (planned === undefined) return undefined;
  const ids = new Set(saved.plans.map(identity));
  const reviewed = planned.filter((plan) => ids.has(identityOf(plan)));
  const plans = reviewed.filter(({ action }) => action !== 'blocked');
  const entries = await savedEntries(plans, folder, signal);
  const now = new Map(entries.map((entry) => [identity(entry), entry]));
  const moved = saved.plans.flatMap((entry) => movedSince(entry, now.get(identity(entry))));
  if (moved.length === 0) return plans;
  showPlanProblems(
    reviewed.filter(({ action }) => action === 'blocked'),
    terminal,
    folder,
  );
  for (const { code, message } of moved) terminal.problem(`error: ${message} [${code}]`, 'red');
  terminal.problem('Nothing was applied: the saved plan is not what an apply would do now. Plan again.', 'red');
  return undefined;
}

/** What the reviewed plan was allowed to do. */
export function consentsOfSaved(saved: SavedPlan): Required<PlanConsents> {
  return { adopt: saved.adopt, recoverStuck: saved.recover_stuck };
}

function identity({ key, cloud, region }: Pick<SavedEntry, 'key' | 'cloud' | 'region'>): string {
  return JSON.stringify([key, cloud, region]);
}

function identityOf({ definition, place: { cloud, region } }: Plan): string {
  return identity({ key: definitionKey(definition), cloud, region });
}
