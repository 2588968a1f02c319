import {
  describeReplaced,
  resultHeadline,
  resultProblem,
  resultSummary,
  resultWarnings,
} from '../../core/reconcile/words/describe.ts';
import { reachesOf } from '../../core/reconcile/planning/problems/reach-problems.ts';
import { openTransferHosts } from '../../transfers/hosts.ts';
import { applyReport } from '../../core/reconcile/words/report.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { showApplyProgress } from '../apply-progress.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { version } from '../version.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import type { Terminal } from '../terminal.ts';
import { consentsOf, planNamed, type PlanConsents } from './plan.ts';
import { detach } from './detach.ts';
import type { SavedPlan } from '../../core/reconcile/saved/saved-plan.ts';
import { consentsOfSaved, planSaved } from './apply-saved.ts';
import { showDigests } from './show-digests.ts';
import { showPlans, showProblem } from './show-plans.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** Options of `apply`. */
export interface ApplyCommandOptions extends CommonOptions, PlanConsents {
  readonly autoApprove?: boolean;
  /** Returns once the transfer host works. */
  readonly detach?: boolean;
}

/** `apply FILE…`: shows the plan, asks, and applies it. A saved plan was agreed to when it was reviewed. */
export async function apply(
  names: readonly string[],
  options: ApplyCommandOptions,
  deps: CommandDeps,
  saved?: SavedPlan,
): Promise<ExitCode> {
  const { terminal, folder } = deps;
  const plans = await (saved === undefined ? planNamed(names, options, deps) : planSaved(saved, options, deps));
  if (plans === undefined) return EXIT.failed;
  showPlans(plans, terminal, folder);
  if (saved === undefined) return carryOut(plans, await agree(plans, options, deps), options, deps);
  return carryOut(plans, plans, { ...options, ...consentsOfSaved(saved), autoApprove: true }, deps);
}

async function carryOut(
  plans: readonly Plan[],
  agreed: readonly Plan[],
  options: ApplyCommandOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, folder, signal, engine } = deps;
  if (options.detach === true && agreed.some(({ action }) => action !== 'none' && action !== 'blocked'))
    return detach(agreed, options, deps);
  const progress = await showApplyProgress(agreed, terminal);
  const results = await engine
    .apply(agreed, {
      signal,
      ...consentsOf(options),
      onEvent: (event) => progress.tell(event),
      ...(options.autoApprove === true ? {} : { confirmAgain: (again: readonly Plan[]) => confirmAgain(again, deps) }),
    })
    .finally(() => progress.stop());
  await forgetInterrupted(results);
  const all = plans.map((plan) => results.find((result) => result.plan.id === plan.id) ?? declined(plan));
  if (options.json === true) terminal.document(applyReport(all));
  for (const result of all) {
    const shown = plans.find(({ id }) => id === result.plan.id);
    showResult(result, shown, terminal, folder);
  }
  terminal.line(`Apply: ${resultSummary(all)}.`, 'bold');
  return exitCode(all);
}

/** The plans to carry out: all of them, or only those that change nothing. */
async function agree(
  plans: readonly Plan[],
  options: ApplyCommandOptions,
  { terminal, questions }: CommandDeps,
): Promise<readonly Plan[]> {
  const changing = plans.filter(({ action }) => action !== 'none' && action !== 'blocked');
  if (changing.length === 0) return plans;
  if (options.autoApprove === true) {
    for (const reach of new Set(changing.flatMap(reachesOf)))
      terminal.problem(`--auto-approve also approves: ${reach}`, 'yellow');
    return plans;
  }
  if (questions === undefined)
    terminal.problem('There is no terminal to ask in. Use --auto-approve to apply this plan.', 'red');
  else if (await questions.yes('Apply this plan?')) return plans;
  return plans.filter((plan) => !changing.includes(plan));
}

async function confirmAgain(plans: readonly Plan[], { terminal, folder, questions }: CommandDeps): Promise<boolean> {
  terminal.problem('The images or their sources changed since the plan was made. It is now:', 'yellow');
  showPlans(plans, terminal, folder);
  return (await questions?.yes('Apply this plan?')) ?? false;
}

/** What a transfer host left behind was applied again. */
async function forgetInterrupted(results: readonly ApplyResult[]): Promise<void> {
  const ended = results.filter(({ status }) => ['done', 'unchanged', 'unverified'].includes(status));
  await openTransferHosts({ version: version(), answers: {} }).forgetInterrupted(ended.map(({ plan }) => plan));
}

function declined(plan: Plan): ApplyResult {
  const nothing = { size: null, md5: null, multihash: null };
  return {
    plan,
    status: 'declined',
    ...(plan.live === undefined ? {} : { imageId: plan.live.id, live: plan.live }),
    verified: nothing,
    digests: [],
    bytesSent: 0,
  };
}

/** Prints the result of one plan. @param shown the plan as it was shown, with its problems: what it said needs no second explanation */
export function showResult(result: ApplyResult, shown: Plan | undefined, terminal: Terminal, folder: string): void {
  const good = result.status === 'done' || result.status === 'unchanged';
  terminal.line(
    resultHeadline(result),
    good ? 'green' : result.status === 'unverified' || result.status === 'partial' ? 'yellow' : 'red',
  );
  const replaced =
    good || result.status === 'unverified' || result.status === 'partial' ? describeReplaced(result) : undefined;
  if (replaced !== undefined) terminal.line(`  ${replaced}`);
  if (isCompared(result)) showDigests(result, terminal);
  const said = new Set(shown?.problems.map(({ message }) => message));
  const warnings = result.warnings?.filter(({ message }) => !said.has(message)) ?? [];
  for (const warning of resultWarnings({ ...result, warnings }))
    showProblem(warning, result.plan.definition.file, terminal, folder);
  const problem = result.status === 'blocked' && shown === result.plan ? undefined : resultProblem(result);
  if (problem !== undefined) showProblem(problem, result.plan.definition.file, terminal, folder);
}

/** Whether digests were compared: those of an interrupted apply were not. */
function isCompared({ digests, status }: ApplyResult): boolean {
  return status === 'unverified' || digests.some(({ here, cloud }) => here !== null && cloud !== null);
}

/** The exit code of an apply with these results. */
export function exitCode(results: readonly ApplyResult[]): ExitCode {
  const has = (...statuses: readonly ApplyResult['status'][]): boolean =>
    results.some(({ status }) => statuses.includes(status));
  if (has('cancelled')) return EXIT.cancelled;
  if (has('failed', 'partial', 'blocked', 'declined')) return EXIT.failed;
  return has('unverified') ? EXIT.unverified : EXIT.done;
}
