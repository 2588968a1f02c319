import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import process from 'node:process';
import { PARALLELISM, PARALLELISM_AT_MOST } from '../core/engine.ts';
import { CommandSession } from './command-session.ts';
import { apply } from './commands/apply.ts';
import { clearCache, showCache, type CacheOptions } from './commands/cache.ts';
import { deleteImages } from './commands/delete.ts';
import { download, type DownloadCommandOptions } from './commands/download.ts';
import { importImages, importTerraform } from './commands/import.ts';
import { list } from './commands/list.ts';
import { plan, type PlanConsents } from './commands/plan.ts';
import { rollback } from './commands/rollback.ts';
import { sandbox } from './commands/sandbox.ts';
import { show } from './commands/show.ts';
import { validate } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { isImageId } from '../core/glance/image.ts';
import type { CommonOptions } from './command-deps.ts';

const ADOPT = 'take over an image of the same name that this tool did not make';
const RECOVER_STUCK = 'take over what an apply left that may not be quite dead, once its timeouts have passed';

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
  root
    .command('sandbox')
    .description('run the sandbox cloud on loopback until stopped, and print its clouds.yaml')
    .option('--dir <folder>', 'keep its data here; without it they are gone with the sandbox')
    .addOption(new Option('--port <port>', 'port of its Keystone; the regions take the next two').argParser(port))
    .action(async (options: { dir?: string; port?: number }) => {
      session.exitCode = await sandbox(options, session.open({}), session.signal, process.cwd());
    });
  return root;
}

function addDefinitionCommands(root: Command, session: CommandSession): void {
  withJson(root.command('validate'))
    .description('print the problems of definition files; asks no cloud')
    .argument('<file...>', 'files, folders or globs', names)
    .action(async (files: string[], options: { json?: boolean }) => {
      session.exitCode = await validate(files, options.json === true, session.open(options), process.cwd());
    });
  withJson(withParallelism(withDefinitions(withCloud(root.command('plan')))))
    .description('print what an apply would do')
    .argument('<file...>', 'files, folders or globs', names)
    .option('--detailed-exitcode', 'end with 2 where there are changes')
    .option('--fetch', 'fetch and decompress sources, to find out whether their bytes differ')
    .option('--adopt', ADOPT)
    .option('--recover-stuck', RECOVER_STUCK)
    .action(
      async (
        files: string[],
        options: CommonOptions & PlanConsents & { detailedExitcode?: boolean; fetch?: boolean },
      ) => session.withEngine(options, (deps) => plan(files, options, deps)),
    );
  withJson(withParallelism(withDefinitions(withCloud(root.command('apply')))))
    .description('make the images what the definitions say')
    .argument('<file...>', 'files, folders or globs', names)
    .option('--auto-approve', 'do not ask')
    .option('--adopt', ADOPT)
    .option('--recover-stuck', RECOVER_STUCK)
    .action(async (files: string[], options: CommonOptions & PlanConsents & { autoApprove?: boolean }) =>
      session.withEngine(options, (deps) => apply(files, options, deps)),
    );
  withJson(withDefinitions(withCloud(root.command('rollback'))))
    .description('bring the replaced images back')
    .argument('<file...>', 'files, folders or globs', names)
    .option('--auto-approve', 'do not ask')
    .action(async (files: string[], options: CommonOptions & { autoApprove?: boolean }) =>
      session.withEngine(options, (deps) => rollback(files, options, deps)),
    );
}

function addCacheCommands(root: Command, session: CommandSession): void {
  const cache = root.command('cache').description('show or clear what was downloaded and decompressed');
  const folder = (command: Command): Command =>
    withJson(command).option('--dir <folder>', 'the folder that "image_cache_path" names; else the default one');
  folder(cache.command('show'))
    .description('list what the cache holds')
    .action(async (options: CacheOptions) => session.withEngine(options, (deps) => showCache(options, deps)));
  folder(cache.command('clear'))
    .description('remove what this tool put into the cache')
    .action(async (options: CacheOptions) => session.withEngine(options, (deps) => clearCache(options, deps)));
}

function addImageCommands(root: Command, session: CommandSession): void {
  withCloud(root.command('import'))
    .description('write the definition of images, or of the resources of a Terraform file')
    .argument('[id...]', 'ids of images', imageIds)
    .option('--terraform <file>', 'read openstack_images_image_v2 resources from this file; asks no cloud')
    .option('-o, --output <file>', 'write into this new file instead of standard output')
    .action(
      async (ids: string[], options: CommonOptions & { output?: string; terraform?: string }, command: Command) => {
        const { terraform } = options;
        if ((terraform === undefined) === (ids.length === 0)) {
          command.error("error: 'import' wants the ids of images, or a file with --terraform");
        }
        if (terraform === undefined) {
          await session.withEngine(options, (deps) => importImages(ids, options, deps));
        } else session.exitCode = await importTerraform(terraform, options, session.open(options), process.cwd());
      },
    );
  withJson(withCloud(root.command('list')))
    .description('list the images of each region')
    .action(async (options: CommonOptions) => session.withEngine(options, (deps) => list(options, deps)));
  withJson(withCloud(root.command('show')))
    .description('show what Glance reports of an image')
    .argument('<id>', 'id of an image', imageId)
    .addOption(new Option('--as <form>', 'in another form').choices(['terraform']).conflicts('json'))
    .action(async (id: string, options: CommonOptions & { as?: 'terraform' }) =>
      session.withEngine(options, (deps) => show(id, options, deps)),
    );
  withJson(withCloud(root.command('download')))
    .description('download the data of images, verified; goes on with what was cut')
    .argument('<id...>', 'ids of images', imageIds)
    .option('-o, --output <path>', 'a file, or a folder for files called after their images; else the current folder')
    .option('--force', 'replace a file of that name')
    .action(async (ids: string[], options: DownloadCommandOptions) =>
      session.withEngine(options, (deps) => download(ids, options, deps)),
    );
  withJson(withDefinitions(withCloud(root.command('delete'))))
    .description('delete images by id, or those that definitions mean')
    .argument('<id-or-file...>', 'ids, or files, folders or globs', names)
    .option('--auto-approve', 'do not ask')
    .action(async (names: string[], options: CommonOptions & { autoApprove?: boolean }) =>
      session.withEngine(options, (deps) => deleteImages(names, options, deps)),
    );
}

/** The options of every command that asks a cloud. */
function withCloud(command: Command): Command {
  return command
    .option('--cloud <name>', 'an entry of clouds.yaml; definitions that name another are left out')
    .addOption(new Option('--region <name>', 'only this region; repeatable').argParser(repeatable))
    .addOption(
      new Option(
        '--secure-for <address>',
        'send the secrets of your secure.yaml to this address, which a clouds.yaml of the folder names; repeatable',
      ).argParser(repeatable),
    )
    .option('--verbose', 'print what is asked and answered, without secrets');
}

/** The options of every command that reads definitions and asks a cloud. */
function withDefinitions(command: Command): Command {
  return command.addOption(
    new Option('--allow-env <name>', 'an environment variable that ${env:NAME} may read; repeatable').argParser(
      repeatable,
    ),
  );
}

/** The options of every command that fetches or sends sources. */
function withParallelism(command: Command): Command {
  const words = `how many sources are fetched, or read and sent, at once (default: ${String(PARALLELISM)})`;
  return command.addOption(new Option('--parallelism <number>', words).argParser(parallelism));
}

function withJson(command: Command): Command {
  return command.option('--json', 'print one document');
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
  throw new InvalidArgumentError('It is no id of an image; "glance-images list" shows them.');
}

function parallelism(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= PARALLELISM_AT_MOST) return number;
  throw new InvalidArgumentError(`It is no number from 1 to ${String(PARALLELISM_AT_MOST)}.`);
}

function port(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65535) return number;
  throw new InvalidArgumentError('It is no port.');
}

/** Read from `package.json`, which lies beside `dist` and beside `src`. */
function version(): string {
  const up = extname(import.meta.filename) === '.ts' ? ['..', '..'] : ['..'];
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, ...up, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
