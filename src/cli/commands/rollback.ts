import { describePlace } from '../../core/place.ts';
import { errorProblem, subject } from '../../core/reconcile/words/describe.ts';
import { FORMAT_VERSION, rollbackReport } from '../../core/reconcile/words/report.ts';
import type { Rollback, RollbackResult } from '../../core/reconcile/planning/plan-rollback.ts';
import { checkRegions, chosenDefinitions } from '../chosen-definitions.ts';
import { showCloudProblems } from '../cloud-problems.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { showProblem } from './show-plans.ts';

/** `rollback FILE…`: shows which images come back, asks, and restores them. */
export async function rollback(
  names: readonly string[],
  options: CommonOptions & { readonly autoApprove?: boolean },
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, engine, signal } = deps;
  const definitions = await chosenDefinitions(names, options, deps);
  if (definitions === undefined) return EXIT.failed;
  const rollbacks = await engine.planRollbacks(definitions, signal);
  await showCloudProblems(
    rollbacks.map(({ place }) => place),
    definitions.map(({ file }) => file),
    deps,
  );
  checkRegions(rollbacks, options);
  for (const each of rollbacks) show(each, deps);
  const possible = rollbacks.filter(({ problems }) => problems.every(({ severity }) => severity !== 'error'));
  const agreed = possible.length === 0 || (await agree(options.autoApprove === true, deps));
  const results = agreed
    ? await engine.applyRollbacks(rollbacks, signal)
    : rollbacks.map((each): RollbackResult => ({ rollback: each, status: 'declined' }));
  if (options.json === true) {
    terminal.document({ format_version: FORMAT_VERSION, results: results.map(rollbackReport) });
  }
  for (const result of results) showResult(result, deps);
  if (results.some(({ status }) => status === 'cancelled')) return EXIT.cancelled;
  return results.every(({ status }) => status === 'done') ? EXIT.done : EXIT.failed;
}

function show(rollback: Rollback, { terminal, folder }: CommandDeps): void {
  const { definition, place, current, previous, problems } = rollback;
  if (current !== undefined && previous !== undefined) {
    terminal.line(`roll back: ${subject(rollback)}`, 'magenta');
    terminal.line(`  the image ${previous.id} of ${previous.created_at} becomes current again`);
    terminal.line(`  the image ${current.id} of ${current.created_at} is hidden but kept`);
  } else terminal.line(`blocked: ${subject(rollback)}`, 'red');
  for (const problem of problems) {
    const message = `${describePlace(place)}: ${problem.message}`;
    showProblem({ ...problem, message }, definition.file, terminal, folder);
  }
}

async function agree(autoApprove: boolean, { terminal, questions }: CommandDeps): Promise<boolean> {
  if (autoApprove) return true;
  if (questions === undefined) {
    terminal.problem('There is no terminal to ask in. Use --auto-approve to roll back.', 'red');
    return false;
  }
  return questions.yes('Roll back?');
}

function showResult({ rollback: of, status, error, live }: RollbackResult, { terminal, folder }: CommandDeps): void {
  const image = live === undefined ? '' : `, image ${live.id}`;
  terminal.line(`${status}: ${subject(of)}${image}`, status === 'done' ? 'green' : 'red');
  if (error === undefined || status === 'blocked') return;
  showProblem(errorProblem(of, 'error', error), of.definition.file, terminal, folder);
}
