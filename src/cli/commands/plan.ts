import { planReport } from '../../core/reconcile/report.ts';
import type { Plan } from '../../core/reconcile/types.ts';
import { checkRegions, chosenDefinitions } from '../chosen-definitions.ts';
import { showCloudProblems } from '../cloud-problems.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { showPlanProblems, showPlans } from './show-plans.ts';

/** What a plan may do only by consent. */
export interface PlanConsents {
  readonly adopt?: boolean;
  readonly recoverStuck?: boolean;
}

/** The consents as the engine takes them. */
export function consentsOf({ adopt, recoverStuck }: PlanConsents): Required<PlanConsents> {
  return { adopt: adopt === true, recoverStuck: recoverStuck === true };
}

/** `plan FILE…`: what an apply would do. */
export async function plan(
  names: readonly string[],
  options: CommonOptions & PlanConsents & { readonly detailedExitcode?: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, folder } = surroundings;
  const plans = await planNamed(names, options, surroundings);
  if (plans === undefined) return EXIT.failed;
  if (options.json === true) {
    terminal.document(planReport(plans));
    showPlanProblems(plans, terminal, folder);
  } else showPlans(plans, terminal, folder);
  if (plans.some(({ action }) => action === 'blocked')) return EXIT.failed;
  return options.detailedExitcode === true && plans.some(isChange) ? EXIT.changes : EXIT.done;
}

/** Plans for the definitions that are named; `undefined` after saying what is wrong with their files. */
export async function planNamed(
  names: readonly string[],
  options: CommonOptions & PlanConsents,
  surroundings: Surroundings,
): Promise<readonly Plan[] | undefined> {
  const { signal, engine } = surroundings;
  const definitions = await chosenDefinitions(names, options, surroundings);
  if (definitions === undefined) return undefined;
  const plans = await engine.plan(definitions, { signal, ...consentsOf(options) });
  await showCloudProblems(
    plans.map(({ place }) => place),
    definitions.map(({ file }) => file),
    surroundings,
  );
  checkRegions(plans, options);
  return plans;
}

/** Writing down what is remembered of an image changes nothing of it. */
function isChange({ action }: Plan): boolean {
  return action !== 'none' && action !== 'adopt';
}
