import { Command, CommanderError, Option } from 'commander';
import process from 'node:process';
import { isAbort, toFailure } from '../core/failure.ts';
import { apply } from './commands/apply.ts';
import { deleteImages } from './commands/delete.ts';
import { importImages, list, show } from './commands/images.ts';
import { plan } from './commands/plan.ts';
import { sandbox } from './commands/sandbox.ts';
import { validate } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { openEngine, type CommonOptions, type Surroundings } from './surroundings.ts';
import { Terminal } from './terminal.ts';

/** Runs the command line and returns what the process shall end with. Never throws. */
export async function run(parameters: readonly string[]): Promise<ExitCode> {
  const session = new CommandSession();
  try {
    await program(session).parseAsync([...parameters], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return session.fail(error);
  } finally {
    session.end();
  }
}

/** One run: its output, its cancellation, its end. */
class CommandSession {
  exitCode: ExitCode = EXIT.done;
  terminal = new Terminal(process.stdout, process.stderr, false);
  readonly #abort = new AbortController();
  readonly #interrupt = (): void => {
    // A second Ctrl+C means now.
    if (this.#abort.signal.aborted) process.exit(EXIT.cancelled);
    this.terminal.problem('Cancelling… (Ctrl+C again ends at once)', 'yellow');
    this.#abort.abort();
  };

  constructor() {
    process.on('SIGINT', this.#interrupt);
    process.on('SIGTERM', this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Output of a command without a cloud. */
  open(options: { readonly json?: boolean }): Terminal {
    this.terminal = new Terminal(process.stdout, process.stderr, options.json === true);
    return this.terminal;
  }

  /** Runs a command with an engine, which is closed again. */
  async withEngine(options: CommonOptions, command: (surroundings: Surroundings) => Promise<ExitCode>): Promise<void> {
    const terminal = this.open(options);
    const engine = await openEngine(options, terminal);
    try {
      this.exitCode = await command({ terminal, engine, signal: this.signal, folder: process.cwd() });
    } finally {
      await engine.dispose();
    }
  }

  fail(error: unknown): ExitCode {
    if (isAbort(error) || this.signal.aborted) {
      this.terminal.problem('Cancelled. Nothing was changed.', 'yellow');
      return EXIT.cancelled;
    }
    const failure = toFailure(error);
    this.terminal.problem(`${failure.explain()} [${failure.code}]`, 'red');
    return EXIT.failed;
  }

  end(): void {
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
  }
}

function program(session: CommandSession): Command {
  const root = new Command('glance-images')
    .description('Plans and applies definitions of OpenStack Glance images (*.image.jsonc).')
    .exitOverride()
    .showHelpAfterError('(glance-images --help lists the commands)')
    .helpCommand(false);
  addDefinitionCommands(root, session);
  addImageCommands(root, session);
  root
    .command('sandbox')
    .description('run the sandbox cloud on loopback until stopped, and print its clouds.yaml')
    .option('--dir <folder>', 'keep its data here')
    .option('--port <port>', 'port of its Keystone')
    .action(async (options: { dir?: string; port?: string }) => {
      session.exitCode = await sandbox(options, session.open({}), session.signal);
    });
  return root;
}

function addDefinitionCommands(root: Command, session: CommandSession): void {
  root
    .command('validate')
    .description('print the problems of definition files; asks no cloud')
    .argument('<file...>', 'files, folders or globs')
    .option('--json', 'print one document')
    .action(async (files: string[], options: { json?: boolean }) => {
      session.exitCode = await validate(files, options.json === true, session.open(options), process.cwd());
    });
  common(root.command('plan'))
    .description('print what an apply would do')
    .argument('<file...>', 'files, folders or globs')
    .option('--detailed-exitcode', 'end with 2 where there are changes')
    .option('--adopt', 'take over an image of the same name that this tool did not make')
    .action(async (files: string[], options: CommonOptions & { detailedExitcode?: boolean; adopt?: boolean }) => {
      const { json = false, detailedExitcode = false, adopt = false } = options;
      await session.withEngine(options, (surroundings) => plan(files, { json, detailedExitcode, adopt }, surroundings));
    });
  common(root.command('apply'))
    .description('make the images what the definitions say')
    .argument('<file...>', 'files, folders or globs')
    .option('--auto-approve', 'do not ask')
    .option('--adopt', 'take over an image of the same name that this tool did not make')
    .action(async (files: string[], options: CommonOptions & { autoApprove?: boolean; adopt?: boolean }) => {
      const { json = false, autoApprove = false, adopt = false } = options;
      await session.withEngine(options, (surroundings) => apply(files, { json, autoApprove, adopt }, surroundings));
    });
}

function addImageCommands(root: Command, session: CommandSession): void {
  common(root.command('import'))
    .description('write the definition of images')
    .argument('<id...>', 'ids of images')
    .option('-o, --output <file>', 'write into this new file instead of standard output')
    .action(async (ids: string[], options: CommonOptions & { output?: string }) =>
      session.withEngine(options, (surroundings) => importImages(ids, options, surroundings)),
    );
  common(root.command('list'))
    .description('list the images of each region')
    .action(async (options: CommonOptions) =>
      session.withEngine(options, (surroundings) => list(options, surroundings)),
    );
  common(root.command('show'))
    .description('show what Glance reports of an image')
    .argument('<id>', 'id of an image')
    .action(async (id: string, options: CommonOptions) =>
      session.withEngine(options, (surroundings) => show(id, options, surroundings)),
    );
  common(root.command('delete'))
    .description('delete images by id, or those that definitions mean')
    .argument('<id-or-file...>', 'ids, or files, folders or globs')
    .option('--auto-approve', 'do not ask')
    .action(async (names: string[], options: CommonOptions & { autoApprove?: boolean }) => {
      const autoApprove = options.autoApprove === true;
      await session.withEngine(options, (surroundings) =>
        deleteImages(names, { ...options, autoApprove }, surroundings),
      );
    });
}

/** The options of every command that asks a cloud. */
function common(command: Command): Command {
  return command
    .option('--cloud <name>', 'an entry of clouds.yaml, for what names none')
    .addOption(new Option('--region <name>', 'only this region; repeatable').argParser(repeatable))
    .addOption(
      new Option('--allow-env <name>', 'an environment variable that ${env:NAME} may read; repeatable').argParser(
        repeatable,
      ),
    )
    .option('--json', 'print one document')
    .option('--verbose', 'print what is asked and answered');
}

function repeatable(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
