import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * What the runner of GitHub Actions is told, in files and in commands on standard output.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export class Runner {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #write: (text: string) => void;

  constructor(environment: Readonly<Record<string, string | undefined>>, write: (text: string) => void) {
    this.#environment = environment;
    this.#write = write;
  }

  /** Sets an output of the step. */
  output(name: string, value: string): void {
    const end = randomUUID();
    this.#append('GITHUB_OUTPUT', `${name}<<${end}\n${value}\n${end}\n`);
  }

  /** Adds Markdown to the summary of the step. */
  summary(markdown: string): void {
    this.#append('GITHUB_STEP_SUMMARY', `${markdown}\n`);
  }

  /** Prints a text. What looks like a command in it is none: names in it come from files and clouds. */
  print(text: string): void {
    const token = randomUUID();
    this.#write(`::stop-commands::${token}\n${text.trimEnd()}\n::${token}::\n`);
  }

  /** Marks each problem that the command line printed at its line; `folder` is where its paths begin. */
  annotate(problems: string, folder: string): void {
    for (const line of problems.split('\n')) {
      const [, file, row, column, severity = '', text = ''] =
        /^(.+?):(\d+):(\d+): (error|warning|information): (.*)$/.exec(line) ?? [];
      if (file !== undefined)
        this.annotation(severity, text, { file: posix.join(folder, file), line: row, col: column });
      else if (line.startsWith('error: ')) this.annotation('error', line.slice('error: '.length));
    }
  }

  /** One message on the page of the run. */
  annotation(severity: string, text: string, place: Readonly<Record<string, string | undefined>> = {}): void {
    const kind = severity === 'information' ? 'notice' : severity;
    const parts = Object.entries(place).map(([name, value = '']) => `${name}=${escaped(value, /[%\r\n:,]/g)}`);
    this.#write(`::${kind}${parts.length === 0 ? '' : ` ${parts.join(',')}`}::${escaped(text, /[%\r\n]/g)}\n`);
  }

  /** Without the variable, this is no runner: somebody tries the Action at a terminal. */
  #append(variable: string, text: string): void {
    const file = this.#environment[variable] ?? '';
    if (file !== '') appendFileSync(file, text);
  }
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
