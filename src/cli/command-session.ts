import process from 'node:process';
import { isAbort, toFailure } from '../core/failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Questions } from './questions.ts';
import { openEngine, type CommonOptions, type CommandDeps } from './command-deps.ts';
import { Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One run of the command line: its output, its cancellation, its end. */
export class CommandSession {
  /** The exit code of the command. */
  exitCode: ExitCode = EXIT.done;
  #terminal = new Terminal(process.stdout, process.stderr, false);
  #outputFailed = false;
  readonly #abort = new AbortController();
  readonly #interrupt = (): void => this.#cancel();

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#interrupt);
    // These listeners stay: a write may fail after the command has ended.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#onOutputError(error));
    process.stderr.on('error', () => undefined);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Runs a command without an engine. */
  open(options: { readonly json?: boolean }): Terminal {
    this.#terminal = new Terminal(process.stdout, process.stderr, options.json === true);
    return this.#terminal;
  }

  /** Runs a command with an engine and closes the engine afterwards. */
  async withEngine(options: CommonOptions, command: (deps: CommandDeps) => Promise<ExitCode>): Promise<void> {
    const terminal = this.open(options);
    const canAsk = process.stdin.isTTY && process.stderr.isTTY;
    const questions = canAsk
      ? new Questions({
          input: process.stdin,
          output: process.stderr,
          signal: this.signal,
          interrupt: this.#interrupt,
        })
      : undefined;
    const engine = await openEngine(options, terminal, questions);
    const deps = { terminal, engine, signal: this.signal, folder: process.cwd() };
    try {
      this.exitCode = await command(questions === undefined ? deps : { ...deps, questions });
    } finally {
      await engine.dispose();
    }
  }

  /** Prints a failure and returns the exit code. Commands that write print themselves what a cancellation left behind. */
  fail(error: unknown): ExitCode {
    if (isAbort(error) || this.signal.aborted) {
      this.#terminal.problem('Cancelled. Nothing was changed.', 'yellow');
      return EXIT.cancelled;
    }
    const failure = toFailure(error);
    this.#terminal.problem(`error: ${failure.explain()} [${failure.code}]`, 'red');
    return EXIT.failed;
  }

  /** The exit code after a command ended with `code`: lost output is a failure. */
  end(code: ExitCode): ExitCode {
    for (const signal of SIGNALS) process.off(signal, this.#interrupt);
    return this.#outputFailed && code === EXIT.done ? EXIT.failed : code;
  }

  #cancel(): void {
    // A second Ctrl+C ends the process at once.
    if (this.signal.aborted) process.exit(EXIT.cancelled);
    this.#terminal.problem('Cancelling… (Press Ctrl+C again to stop immediately)', 'yellow');
    this.#abort.abort();
  }

  /** A closed pipe (`| head`) is no failure, and does not stop an apply. */
  #onOutputError(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE' || this.#outputFailed) return;
    this.#outputFailed = true;
    this.#terminal.problem(`error: Standard output can't be written: ${error.message} [output-failed]`, 'red');
    process.exitCode = EXIT.failed;
  }
}
