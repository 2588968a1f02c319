import { resolve } from 'node:path';
import { describeBytes } from '../../core/byte-count.ts';
import { FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import type { CachedSource } from '../../core/source/url/cache-contents.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';

/** Options of both commands. */
export type CacheOptions = CommonOptions & {
  /** A folder that a definition names with `image_cache_path`. */
  readonly dir?: string;
};

/** `cache show`: the disk space of downloads and decompressed archives. */
export async function showCache(options: CacheOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, engine } = deps;
  const { folder, sources } = await engine.cache(folderOf(options, deps));
  if (options.json === true) {
    terminal.document({ format_version: FORMAT_VERSION, folder, sources: sources.map(reported) });
    return EXIT.done;
  }
  terminal.line(`${folder}: ${summary(sources)}`, 'bold');
  for (const { source, size, fetched, path } of sources) {
    terminal.line(`  ${source ?? 'an interrupted download'}`);
    terminal.line(`    ${describeBytes(size)}${fetched === undefined ? '' : `, ${fetched}`}, ${path}`, 'dim');
  }
  return EXIT.done;
}

/** `cache clear`: removes them, but no files of Terraform. */
export async function clearCache(options: CacheOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, engine } = deps;
  const { removed, busy } = await engine.clearCache(folderOf(options, deps));
  if (options.json === true) {
    terminal.document({ format_version: FORMAT_VERSION, removed: removed.map(reported), busy: busy.map(reported) });
  } else terminal.line(`Removed: ${summary(removed)}.`);
  for (const { path } of busy) terminal.problem(`"${path}" was kept: an apply is using it.`, 'yellow');
  return busy.length === 0 ? EXIT.done : EXIT.failed;
}

function folderOf({ dir }: CacheOptions, { folder }: CommandDeps): string | undefined {
  return dir === undefined ? undefined : resolve(folder, dir);
}

function summary(sources: readonly CachedSource[]): string {
  if (sources.length === 0) return 'nothing';
  const bytes = describeBytes(sources.reduce((sum, { size }) => sum + size, 0));
  return `${sources.length} ${sources.length === 1 ? 'file' : 'files'}, ${bytes}`;
}

function reported({ path, source, size, fetched }: CachedSource): object {
  return { path, source: source ?? null, size, fetched: fetched ?? null };
}
