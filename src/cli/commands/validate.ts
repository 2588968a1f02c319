import { problemReport } from '../../core/reconcile/report.ts';
import { readDefinitionFiles } from '../definition-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { showFileProblems } from './show-plans.ts';

/** `validate FILE…`: problems of the files themselves; asks no cloud. */
export async function validate(
  names: readonly string[],
  json: boolean,
  terminal: Terminal,
  folder: string,
): Promise<ExitCode> {
  const files = await readDefinitionFiles(names, folder);
  const failed = files.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  if (json) {
    const problems = files.flatMap(({ file, problems: found }) =>
      found.map((problem) => ({ file, ...problemReport(problem) })),
    );
    terminal.document({ format_version: 1, problems });
    return failed ? EXIT.failed : EXIT.done;
  }
  showFileProblems(files, terminal, folder);
  const count = files.reduce((sum, { definitions }) => sum + definitions.length, 0);
  if (!failed)
    terminal.line(
      `${count} ${count === 1 ? 'definition' : 'definitions'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}: valid.`,
      'green',
    );
  return failed ? EXIT.failed : EXIT.done;
}
