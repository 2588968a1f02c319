import { resolve } from 'node:path';
import { mergeCatalogs, readCatalog, type CatalogEntry } from '../../core/catalog/catalog.ts';
import { canFollow, catalogDefinition } from '../../core/catalog/resolve.ts';
import { Failure } from '../../core/failure.ts';
import { catalogFile, catalogOfFolder, shippedCatalog } from '../../node/catalogs.ts';
import type { CommandDeps, CommonOptions } from '../command-deps.ts';
import { writeDefinition } from '../commands/import.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** The options of `new`. */
export interface NewCommandOptions extends CommonOptions {
  /** `true` for the list of entries. */
  readonly fromCatalog: string | true;
  readonly arch: 'x86_64' | 'aarch64';
  readonly pin?: boolean;
  /** Files and addresses of further catalogs. */
  readonly catalog?: readonly string[];
  readonly output?: string;
}

/** `new --from-catalog [ID]`: the entries, or the definition of one. The list asks nobody but the catalogs that were named. */
export async function newFromCatalog(options: NewCommandOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, folder, engine, signal } = deps;
  const readText = (url: string): Promise<string> => engine.readText(url, signal);
  const catalogs = [await shippedCatalog(), await catalogOfFolder(folder)];
  for (const where of options.catalog ?? []) {
    const remote = /^https?:\/\//i.test(where);
    catalogs.push(remote ? readCatalog(await readText(where), where) : await catalogFile(resolve(folder, where)));
  }
  const entries = mergeCatalogs(catalogs);
  const { fromCatalog: id } = options;
  if (id === true) {
    if (options.json === true) terminal.document({ format_version: 1, entries });
    else for (const entry of entries) terminal.line(rowOf(entry));
    return EXIT.done;
  }
  const entry = entries.find((each) => each.id === id);
  if (entry === undefined) {
    throw new Failure('catalog-entry-unknown', `The catalog has no "${id}".`, {
      next: '"glance-images new --from-catalog" lists what it has.',
    });
  }
  const choice = { entry, architecture: options.arch, pin: options.pin === true };
  await writeDefinition(await catalogDefinition(choice, readText), options.output, terminal, folder);
  return EXIT.done;
}

function rowOf({ id, title, architectures }: CatalogEntry): string {
  const names = Object.entries(architectures).map(([name, variant]) => (canFollow(variant) ? name : `${name} (--pin)`));
  return `${id.padEnd(22)} ${title}, ${names.join(', ')}`;
}
