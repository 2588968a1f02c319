import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import process from 'node:process';
import { PARALLELISM, PARALLELISM_AT_MOST } from '../core/engine.ts';
import { CommandSession } from './command-session.ts';
import { apply, type ApplyCommandOptions } from './commands/apply.ts';
import { clearCache, showCache, type CacheOptions } from './commands/cache.ts';
import { deleteImages } from './commands/delete.ts';
import { download, type DownloadCommandOptions } from './commands/download.ts';
import { importImages, importTerraform } from './commands/import.ts';
import { hasDocument, plan, type PlanCommandOptions } from './commands/plan.ts';
import { rollback } from './commands/rollback.ts';
import { sandbox, type SandboxCommandOptions } from './commands/sandbox.ts';
import { NEWEST, RELEASES } from '../sandbox/release.ts';
import { transfers, type TransfersOptions } from './commands/transfers.ts';
import { validate } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { version } from './version.ts';
import { isImageId } from '../core/glance/image.ts';
import type { CommonOptions } from './command-deps.ts';
import { placesOf, readSavedPlan } from './saved-plan-file.ts';
import { withImageFilter, type ListCommandOptions } from './list-options.ts';

const ADOPT = 'adopt an existing image of the same name';
const RECOVER_STUCK = 'take over an unfinished image whose apply has timed out but may still be running';

/** Runs the command line and returns the exit code. Never throws. */
export async function run(parameters: readonly string[]): Promise<ExitCode> {
  const session = new CommandSession();
  try {
    await program(session).parseAsync([...parameters], { from: 'user' });
    return session.end(session.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return session.end(error.exitCode === 0 ? EXIT.done : EXIT.usage);
    return session.end(session.fail(error));
  }
}

function program(session: CommandSession): Command {
  const root = new Command('glance-images')
    .description('Plans and applies definitions of OpenStack Glance images (*.image.jsonc).')
    .version(version(), '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(glance-images --help lists the commands)')
    .helpCommand(false);
  addDefinitionCommands(root, session);
  addImageCommands(root, session);
  addCacheCommands(root, session);
  withJson(root.command('transfers'))
    .description('list the applies that go on without a terminal or window, and those that were interrupted')
    .option('--follow [run]', 'show all of them, or one, until they have ended')
    .addOption(new Option('--cancel [run]', 'cancel all of them, or one').conflicts('follow'))
    .action(async (options: TransfersOptions) => {
      session.exitCode = await transfers(options, session.open(options), session.signal);
    });
  root
    .command('sandbox')
    .description('run the sandbox cloud on this machine until stopped, and print its clouds.yaml')
    .option('--dir <folder>', 'keep its data in this folder (default: discard it on exit)')
    .addOption(new Option('--port <port>', 'port for Keystone; the two regions use the next two ports').argParser(port))
    .addOption(
      new Option('--release <release>', 'release of Glance to imitate')
        .choices(RELEASES.map(String))
        .default(String(NEWEST)),
    )
    .action(async (options: SandboxCommandOptions) => {
      session.exitCode = await sandbox(options, session.open({}), session.signal, process.cwd());
    });
  return root;
}

function addDefinitionCommands(root: Command, session: CommandSession): void {
  withJson(root.command('validate'))
    .description('check definition files without contacting a cloud')
    .argument('<file...>', 'files, folders or globs', names)
    .action(async (files: string[], options: { json?: boolean }) => {
      session.exitCode = await validate(files, options.json === true, session.open(options), process.cwd());
    });
  withJson(withParallelism(withDefinitions(withCloud(root.command('plan')))))
    .description('show what an apply would change')
    .argument('<file...>', 'files, folders or globs', names)
    .option('--detailed-exitcode', 'exit with 2 if there are changes')
    .option('--fetch', 'fetch and decompress sources to compare their bytes')
    .option('--out <file>', 'save the plan to this file, for apply')
    .addOption(
      new Option('--markdown', 'print the plan as Markdown, for a comment').conflicts(['json', 'sarif', 'junit']),
    )
    .addOption(new Option('--sarif', 'print the problems as SARIF').conflicts(['json', 'junit']))
    .addOption(new Option('--junit', 'print the plan as a JUnit report').conflicts('json'))
    .option('--adopt', ADOPT)
    .option('--recover-stuck', RECOVER_STUCK)
    .action(async (files: string[], options: PlanCommandOptions) =>
      session.withEngine({ ...options, json: hasDocument(options) }, (deps) => plan(files, options, deps)),
    );
  withJson(withParallelism(withDefinitions(withCloud(root.command('apply')))))
    .description('create or change images to match the definitions, or as a saved plan says')
    .argument('<file...>', 'files, folders or globs, or one file of plan --out', names)
    .option('--auto-approve', 'do not ask for confirmation')
    .option('--detach', 'return once the plan is agreed to; the apply goes on in a process of its own')
    .option('--adopt', ADOPT)
    .option('--recover-stuck', RECOVER_STUCK)
    .action(async (files: string[], options: ApplyCommandOptions) => {
      const [file, ...others] = files;
      const saved = file === undefined || others.length > 0 ? undefined : await readSavedPlan(file);
      const used = saved === undefined ? options : { ...options, ...placesOf(saved) };
      await session.withEngine(used, (deps) => apply(files, used, deps, saved));
    });
  withJson(withDefinitions(withCloud(root.command('rollback'))))
    .description('bring back the images that were replaced last')
    .argument('<file...>', 'files, folders or globs', names)
    .option('--auto-approve', 'do not ask for confirmation')
    .action(async (files: string[], options: CommonOptions & { autoApprove?: boolean }) =>
      session.withEngine(options, (deps) => rollback(files, options, deps)),
    );
}

function addCacheCommands(root: Command, session: CommandSession): void {
  const cache = root.command('cache').description('show or clear downloaded and decompressed sources');
  const folder = (command: Command): Command =>
    withJson(command).option('--dir <folder>', 'the folder set as "image_cache_path" (default: the default cache)');
  folder(cache.command('show'))
    .description('list the files in the cache')
    .action(async (options: CacheOptions) => session.withEngine(options, (deps) => showCache(options, deps)));
  folder(cache.command('clear'))
    .description('remove the files that glance-images put into the cache')
    .action(async (options: CacheOptions) => session.withEngine(options, (deps) => clearCache(options, deps)));
}

/** `list` and `show` are loaded on use: the widths of their columns take tables of Unicode, which a plan does not wait for. */
function addImageCommands(root: Command, session: CommandSession): void {
  withCloud(root.command('import'))
    .description('write definitions of existing images, or of the resources in a Terraform file')
    .argument('[id...]', 'ids of images', imageIds)
    .option(
      '--terraform <file>',
      'read openstack_images_image_v2 resources from this .tf file or output of "terraform show -json", without contacting a cloud',
    )
    .option('-o, --output <file>', 'write to this new file instead of standard output')
    .action(
      async (ids: string[], options: CommonOptions & { output?: string; terraform?: string }, command: Command) => {
        const { terraform } = options;
        if ((terraform === undefined) === (ids.length === 0)) {
          command.error("error: 'import' needs image ids, or a file with --terraform");
        }
        if (terraform === undefined) {
          await session.withEngine(options, (deps) => importImages(ids, options, deps));
        } else session.exitCode = await importTerraform(terraform, options, session.open(options), process.cwd());
      },
    );
  withJson(withImageFilter(withCloud(root.command('list'))))
    .description('list the images of each region')
    .addOption(
      new Option('-o, --output <form>', 'print only this of each image, one a line')
        .argParser(outputForm)
        .conflicts('json'),
    )
    .action(async (options: ListCommandOptions) => {
      const { list } = await import('./commands/list.ts');
      await session.withEngine(options, (deps) => list(options, deps));
    });
  for (const [name, answer] of [
    ['accept', 'accepted'],
    ['reject', 'rejected'],
  ] as const) {
    withJson(withCloud(root.command(name)))
      .description(`${name} images that other projects share with this one`)
      .argument('<id...>', 'ids of images', imageIds)
      .action(async (ids: string[], options: CommonOptions) => {
        const { answerShares } = await import('./commands/answer-shares.ts');
        await session.withEngine(options, (deps) => answerShares(ids, answer, options, deps));
      });
  }
  withJson(withCloud(root.command('show')))
    .description('show the details of an image')
    .argument('<id>', 'id of an image', imageId)
    .addOption(new Option('--as <form>', 'print in this format').choices(['terraform']).conflicts('json'))
    .action(async (id: string, options: CommonOptions & { as?: 'terraform' }) => {
      const { show } = await import('./commands/show.ts');
      await session.withEngine(options, (deps) => show(id, options, deps));
    });
  withJson(withCloud(root.command('download')))
    .description('download and verify image data; resumes interrupted downloads')
    .argument('<id...>', 'ids of images', imageIds)
    .option(
      '-o, --output <path>',
      'a file, or a folder for files named after their images (default: the current folder)',
    )
    .option('--force', 'overwrite an existing file')
    .action(async (ids: string[], options: DownloadCommandOptions) =>
      session.withEngine(options, (deps) => download(ids, options, deps)),
    );
  withJson(withDefinitions(withCloud(root.command('delete'))))
    .description('delete images by id or by definition')
    .argument('<id-or-file...>', 'ids, or files, folders or globs', names)
    .option('--auto-approve', 'do not ask for confirmation')
    .action(async (names: string[], options: CommonOptions & { autoApprove?: boolean }) =>
      session.withEngine(options, (deps) => deleteImages(names, options, deps)),
    );
}

/** The options of every command that asks a cloud. */
function withCloud(command: Command): Command {
  return command
    .option('--cloud <name>', 'an entry of clouds.yaml; skips definitions that name another cloud')
    .addOption(new Option('--region <name>', 'only this region; repeatable').argParser(repeatable))
    .addOption(
      new Option(
        '--secure-for <address>',
        'allow sending the secrets of your secure.yaml to this address from the folder’s clouds.yaml; repeatable',
      ).argParser(repeatable),
    )
    .option('--verbose', 'log requests and answers, without secrets');
}

/** The options of every command that reads definitions and asks a cloud. */
function withDefinitions(command: Command): Command {
  return command
    .addOption(
      new Option('--allow-env <name>', 'an environment variable that ${env:NAME} may read; repeatable').argParser(
        repeatable,
      ),
    )
    .addOption(new Option('--key <name>', 'only the definition with this key or name; repeatable').argParser(names));
}

/** The options of every command that fetches or sends sources. */
function withParallelism(command: Command): Command {
  const words = `how many sources to process at the same time (default: ${String(PARALLELISM)})`;
  return command.addOption(new Option('--parallelism <number>', words).argParser(parallelism));
}

function withJson(command: Command): Command {
  return command.option('--json', 'print a JSON document');
}

function repeatable(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** An empty name is often an unset variable in a script, and must not mean the whole folder. */
function names(value: string, before: string[] | undefined): string[] {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.');
  return [...(before ?? []), value];
}

function imageIds(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), imageId(value)];
}

function imageId(value: string): string {
  if (isImageId(value)) return value.toLowerCase();
  throw new InvalidArgumentError('It is not an image id; "glance-images list" shows the ids.');
}

function outputForm(value: string): 'ID' {
  if (value.toUpperCase() === 'ID') return 'ID';
  throw new InvalidArgumentError('It can only be ID.');
}

function parallelism(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= PARALLELISM_AT_MOST) return number;
  throw new InvalidArgumentError(`It is not a number from 1 to ${String(PARALLELISM_AT_MOST)}.`);
}

function port(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65535) return number;
  throw new InvalidArgumentError('It is not a port number.');
}
