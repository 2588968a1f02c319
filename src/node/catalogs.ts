import { extname, join } from 'node:path';
import { readCatalog, type CatalogEntry } from '../core/catalog/catalog.ts';
import { Failure, messageOf, systemCode } from '../core/failure.ts';
import { readTextFile } from './files/text-file.ts';

/** The file of a workspace that adds entries, in its top folder. */
const WORKSPACE_CATALOG = 'image-catalog.json';
const BYTES_AT_MOST = 4 * 1024 * 1024;

/** The catalog that ships. It lies in `media`, beside `dist` and beside `src`. Asks nobody. */
export async function shippedCatalog(): Promise<readonly CatalogEntry[]> {
  const up = extname(import.meta.filename) === '.ts' ? ['..', '..'] : ['..'];
  return catalogFile(join(import.meta.dirname, ...up, 'media', 'catalog.json'));
}

/** The entries that a folder adds; none where it has no such file. Throws `catalog-invalid`. */
export async function catalogOfFolder(folder: string): Promise<readonly CatalogEntry[]> {
  try {
    return await catalogFile(join(folder, WORKSPACE_CATALOG));
  } catch (error) {
    if (error instanceof Failure && systemCode(error.cause) === 'ENOENT') return [];
    throw error;
  }
}

/** The entries of a file. Throws `catalog-invalid`. */
export async function catalogFile(path: string): Promise<readonly CatalogEntry[]> {
  const text = await readTextFile(path, { atMost: BYTES_AT_MOST }).catch((error: unknown) => {
    throw new Failure('catalog-invalid', `The catalog ${path} can't be read: ${messageOf(error)}`, { cause: error });
  });
  return readCatalog(text, path);
}
