import { FORMAT_VERSION, problemReport } from '../../core/reconcile/words/report.ts';
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
  if (json) {
    const problems = files.flatMap(({ file, problems: found }) =>
      found.map((problem) => ({ file, ...problemReport(problem) })),
    );
    terminal.document({ format_version: FORMAT_VERSION, problems });
  }
  if (showFileProblems(files, terminal, folder)) return EXIT.failed;
  const count = files.reduce((sum, { definitions }) => sum + definitions.length, 0);
  terminal.line(`${counted(count, 'definition')} in ${counted(files.length, 'file')}: valid.`, 'green');
  return EXIT.done;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
