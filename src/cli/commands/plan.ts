import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameInPlace } from '../../core/reconcile/words/describe.ts';
import { problemAt } from '../../core/definition/problem-at.ts';
import { planReport } from '../../core/reconcile/words/report.ts';
import { planJunit } from '../../core/reconcile/reports/plan-junit.ts';
import { planMarkdown } from '../../core/reconcile/reports/plan-markdown.ts';
import { planSarif } from '../../core/reconcile/reports/plan-sarif.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { UnclaimedImage } from '../../core/reconcile/ownership/unclaimed.ts';
import { checkRegions, chosenDefinitions } from '../chosen-definitions.ts';
import { showCloudProblems } from '../cloud-problems.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { isUnpinned } from '../../core/reconcile/saved/saved-plan.ts';
import { savedEntries, shownPath, writeSavedPlan } from '../saved-plan-file.ts';
import { showPlanProblems, showPlans } from './show-plans.ts';

/** What a plan may do only with consent. */
export interface PlanConsents {
  readonly adopt?: boolean;
  readonly recoverStuck?: boolean;
}

/** The consents as options of the engine. */
export function consentsOf({ adopt, recoverStuck }: PlanConsents): Required<PlanConsents> {
  return { adopt: adopt === true, recoverStuck: recoverStuck === true };
}

/** The options of `plan`. */
export interface PlanCommandOptions extends CommonOptions, PlanConsents {
  readonly detailedExitcode?: boolean;
  readonly fetch?: boolean;
  /** Standard output as a document of this form; at most one of these and `json`. */
  readonly markdown?: boolean;
  readonly sarif?: boolean;
  readonly junit?: boolean;
  /** The file for a saved plan. */
  readonly out?: string;
}

/** `plan FILE…`: what an apply would do. */
export async function plan(
  names: readonly string[],
  options: PlanCommandOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, folder } = deps;
  const plans = await planNamed(names, options, deps);
  if (plans === undefined) return EXIT.failed;
  // With --key the other definitions are not planned, so their images would look unclaimed.
  const unclaimed = options.key === undefined ? await unclaimedBy(plans, names, deps) : undefined;
  const shown = (file: string): string => shownPath(file, folder);
  if (options.json === true) terminal.document(planReport(plans, unclaimed));
  else if (options.sarif === true) terminal.document(planSarif(plans, shown));
  else if (options.markdown === true) terminal.text(planMarkdown(plans));
  else if (options.junit === true) terminal.text(planJunit(plans, shown));
  if (hasDocument(options)) showPlanProblems(plans, terminal, folder);
  else showPlans(plans, terminal, folder);
  for (const { place, image, key } of unclaimed ?? []) {
    terminal.line(`unclaimed: ${nameInPlace(image.name, place)}, image ${image.id}`, 'yellow');
    terminal.line(
      `  created for the key ${JSON.stringify(key)}, which no definition here has; to delete it: glance-images delete ${image.id}`,
      'dim',
    );
  }
  if (options.out !== undefined) await savePlan(options.out, plans, options, deps);
  if (plans.some(({ action }) => action === 'blocked')) return EXIT.failed;
  return options.detailedExitcode === true && plans.some(isChange) ? EXIT.changes : EXIT.done;
}

/** Whether standard output is one document, so that words for people go to standard error. */
export function hasDocument({ json, markdown, sarif, junit }: PlanCommandOptions): boolean {
  return [json, markdown, sarif, junit].includes(true);
}

/** Writes the plan for `apply`, and warns of sources whose bytes can't be checked then. */
async function savePlan(
  out: string,
  plans: readonly Plan[],
  options: PlanCommandOptions,
  { terminal, folder, signal }: CommandDeps,
): Promise<void> {
  const entries = await savedEntries(plans, folder, signal);
  const { adopt, recoverStuck } = consentsOf(options);
  const { cloud = null, region } = options;
  const regions = region === undefined ? null : [...region];
  await writeSavedPlan(resolve(folder, out), entries, { cloud, regions, adopt, recover_stuck: recoverStuck });
  for (const { source } of entries.filter(isUnpinned)) {
    const name = source?.name ?? 'the source';
    terminal.problem(`${name} has no checksum: an apply can't tell if its bytes are those of this plan.`, 'yellow');
  }
  terminal.problem(`Saved the plan to ${out}. To apply it: glance-images apply ${out}`, 'green');
}

/** Plans the named definitions; `undefined` after printing errors of their files. */
export async function planNamed(
  names: readonly string[],
  options: CommonOptions & PlanConsents & { readonly fetch?: boolean },
  deps: CommandDeps,
): Promise<readonly Plan[] | undefined> {
  const { signal, engine } = deps;
  const definitions = await chosenDefinitions(names, options, deps);
  if (definitions === undefined) return undefined;
  const fetch = options.fetch === true;
  const plans = await engine.plan(definitions, { signal, ...consentsOf(options), fetch });
  await showCloudProblems(
    plans.map(({ place }) => place),
    definitions.map(({ file }) => file),
    deps,
  );
  checkRegions(plans, options);
  return fetch ? plans.map(withoutFetch) : plans;
}

/** Warns that this plan did not fetch the bytes as asked. */
function withoutFetch(plan: Plan): Plan {
  const { definition, remote, action, bytes, problems } = plan;
  if (remote?.kind !== 'cloud' || action === 'blocked' || (!isChange(plan) && bytes !== 'unknown')) return plan;
  const text = `--fetch fetches nothing of ${remote.name}: with "web_download", Glance fetches it during the apply, and its content is known only then.`;
  const problem = problemAt(definition, 'information', 'web-download-not-fetched', text, 'web_download');
  return { ...plan, problems: [...problems, problem] };
}

/** Unclaimed images are searched only if whole folders are planned: for a single file the other definitions are not read. */
async function unclaimedBy(
  plans: readonly Plan[],
  names: readonly string[],
  { engine, signal, folder }: CommandDeps,
): Promise<readonly UnclaimedImage[] | undefined> {
  if (!names.some((name) => isFolder(resolve(folder, name)))) return undefined;
  return engine.unclaimed(plans, signal);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Writing marks does not change the image itself. */
function isChange({ action }: Plan): boolean {
  return action !== 'none' && action !== 'adopt';
}
