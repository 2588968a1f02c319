import { planReport } from '../../core/reconcile/report.ts';
import type { Plan } from '../../core/reconcile/types.ts';
import { readDefinitionFiles } from '../definition-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Surroundings } from '../surroundings.ts';
import { showFileProblems, showPlans } from './show-plans.ts';

/** `plan FILE…`: what an apply would do. */
export async function plan(
  names: readonly string[],
  options: { readonly json: boolean; readonly detailedExitcode: boolean; readonly adopt: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, folder, signal, engine } = surroundings;
  const files = await readDefinitionFiles(names, folder);
  if (showFileProblems(files, terminal, folder)) return EXIT.failed;
  const plans = await engine.plan(
    files.flatMap(({ definitions }) => definitions),
    { signal, adopt: options.adopt },
  );
  if (options.json) terminal.document(planReport(plans));
  else showPlans(plans, terminal, folder);
  if (plans.some(({ action }) => action === 'blocked')) return EXIT.failed;
  return options.detailedExitcode && plans.some(isChange) ? EXIT.changes : EXIT.done;
}

/** Writing down what is remembered of an image changes nothing of it. */
function isChange({ action }: Plan): boolean {
  return action !== 'none' && action !== 'adopt';
}
