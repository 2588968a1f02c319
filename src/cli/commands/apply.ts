import process from 'node:process';
import { describePlace } from '../../core/place.ts';
import { digestVerdict, resultError, resultHeadline } from '../../core/reconcile/describe.ts';
import { applyReport } from '../../core/reconcile/report.ts';
import type { ApplyResult, Plan } from '../../core/reconcile/types.ts';
import { readDefinitionFiles } from '../definition-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { showProgress } from '../progress.ts';
import { askYes } from '../questions.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { showFileProblems, showPlans } from './show-plans.ts';

interface ApplyCommandOptions {
  readonly json: boolean;
  readonly autoApprove: boolean;
  readonly adopt: boolean;
}

/** `apply FILE…`: shows the plan, asks, and carries it out. */
export async function apply(
  names: readonly string[],
  options: ApplyCommandOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, folder, signal, engine } = surroundings;
  const files = await readDefinitionFiles(names, folder);
  if (showFileProblems(files, terminal, folder)) return EXIT.failed;
  const plans = await engine.plan(
    files.flatMap(({ definitions }) => definitions),
    { signal, adopt: options.adopt },
  );
  showPlans(plans, terminal, folder);
  const agreed = await agree(plans, options, surroundings);
  const progress = showProgress(agreed, terminal);
  const results = await engine
    .apply(agreed, {
      signal,
      adopt: options.adopt,
      onEvent: (event) => progress.tell(event),
      ...(options.autoApprove ? {} : { confirmAgain: (again: readonly Plan[]) => confirmAgain(again, surroundings) }),
    })
    .finally(() => progress.stop());
  const all = plans.map((plan) => results.find((result) => result.plan.id === plan.id) ?? declined(plan));
  showResults(all, terminal);
  if (options.json) terminal.document(applyReport(all));
  return exitCode(all);
}

/** The plans to carry out: all of them, or none of those that change something. */
async function agree(
  plans: readonly Plan[],
  options: ApplyCommandOptions,
  { terminal, signal }: Surroundings,
): Promise<readonly Plan[]> {
  const changing = plans.filter(({ action }) => action !== 'none' && action !== 'blocked');
  if (changing.length === 0 || options.autoApprove) return plans;
  if (!process.stdin.isTTY) {
    terminal.problem('Nobody can be asked here. Use --auto-approve to apply this plan as it is.', 'red');
    return plans.filter((plan) => !changing.includes(plan));
  }
  const yes = await askYes('Apply this plan? Only "yes" is accepted: ', signal);
  return yes ? plans : plans.filter((plan) => !changing.includes(plan));
}

async function confirmAgain(plans: readonly Plan[], { terminal, folder, signal }: Surroundings): Promise<boolean> {
  terminal.problem('The live images changed since the plan was made. It is now:', 'yellow');
  showPlans(plans, terminal, folder);
  return process.stdin.isTTY && askYes('Apply this plan? Only "yes" is accepted: ', signal);
}

function declined(plan: Plan): ApplyResult {
  const nothing = { size: null, md5: null, multihash: null };
  return { plan, status: 'declined', verified: nothing, digests: [], bytesSent: 0 };
}

function showResults(results: readonly ApplyResult[], terminal: Terminal): void {
  for (const result of results) {
    const good = result.status === 'done' || result.status === 'unchanged';
    terminal.line(resultHeadline(result), good ? 'green' : result.status === 'unverified' ? 'yellow' : 'red');
    if (result.replacedImageId !== undefined && good)
      terminal.line(`  replaces ${result.replacedImageId}, which is kept hidden`);
    showDigests(result, terminal);
    const error = resultError(result);
    if (error !== undefined) terminal.problem(`  ${describePlace(result.plan.place)}: ${error}`, 'red');
  }
}

/** Both digests of every algorithm, one above the other, so that the eye can compare them. */
function showDigests(result: ApplyResult, terminal: Terminal): void {
  const { size } = result.verified;
  if (result.digests.length === 0) return;
  terminal.line(`  size    ${size === null ? 'not verified' : size ? 'agrees' : 'DIFFERS'}`);
  for (const pair of result.digests) {
    terminal.line(`  ${pair.algorithm.padEnd(7)} ${digestVerdict(pair)}`);
    terminal.line(`    here  ${pair.here ?? 'not computed'}`, 'dim');
    terminal.line(`    cloud ${pair.cloud ?? 'not reported'}`, 'dim');
  }
}

function exitCode(results: readonly ApplyResult[]): ExitCode {
  const has = (...statuses: readonly ApplyResult['status'][]): boolean =>
    results.some(({ status }) => statuses.includes(status));
  if (has('cancelled')) return EXIT.cancelled;
  if (has('failed', 'blocked', 'declined')) return EXIT.failed;
  return has('unverified') ? EXIT.unverified : EXIT.done;
}
