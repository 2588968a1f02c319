import { renderArguments } from '../definition/writing/render.ts';
import { Failure } from '../failure.ts';
import { findChecksum } from '../source/checksum.ts';
import type { CatalogEntry, CatalogVariant } from './catalog.ts';

/** Reads a small text at an address. Throws a failure. */
export type ReadText = (url: string) => Promise<string>;

/** What was picked. */
export interface CatalogChoice {
  readonly entry: CatalogEntry;
  readonly architecture: keyof CatalogEntry['architectures'];
  /** The newest release and its digest of today, or whatever the publisher says on the day of an apply. */
  readonly pin: boolean;
}

/** Whether a variant has an address that always means the newest image. */
export function canFollow({ follow }: CatalogVariant): boolean {
  return follow !== undefined;
}

/**
 * The text of a definition of the picked image. To follow, nothing is read; to pin, the publisher's list and checksum file
 * are. Throws `catalog-entry-unknown`, `catalog-release-missing`, and what reading throws.
 */
export async function catalogDefinition(choice: CatalogChoice, readText: ReadText): Promise<string> {
  const { entry, architecture, pin } = choice;
  const variant = entry.architectures[architecture];
  if (variant === undefined) throw unknownVariant(entry, `has no image for ${architecture}`);
  const { url, checksum } = pin ? await pinned(entry, variant, readText) : followed(entry, variant);
  const { min_disk_gb, min_ram_mb, properties, disk_format, login, end_of_life: end } = entry;
  return renderArguments(
    {
      name: entry.title,
      container_format: 'bare',
      disk_format,
      image_source_url: url,
      image_source_checksum: checksum,
      ...(min_disk_gb === undefined ? {} : { min_disk_gb }),
      ...(min_ram_mb === undefined ? {} : { min_ram_mb }),
      properties: { architecture, ...properties, ...variant.properties },
    },
    // Read by people of any language in their files: it stays as it is.
    { header: [`Login user: ${login}.${end === undefined ? '' : ` The publisher's support ends in ${end}.`}`] },
  );
}

function followed(
  entry: CatalogEntry,
  { follow }: CatalogVariant,
): { readonly url: string; readonly checksum: string } {
  if (follow !== undefined) return follow;
  throw unknownVariant(entry, 'has no address that always means the newest image. It can only be pinned');
}

async function pinned(
  entry: CatalogEntry,
  variant: CatalogVariant,
  readText: ReadText,
): Promise<{ readonly url: string; readonly checksum: string }> {
  const { releases } = variant;
  const { url, checksum } = releases === undefined ? followed(entry, variant) : await latest(entry, releases, readText);
  const { algorithm, hex } = findChecksum(await readText(checksum), url, checksum);
  return { url, checksum: `${algorithm}:${hex}` };
}

/** The addresses of the newest release in the publisher's list. */
async function latest(
  entry: CatalogEntry,
  { list, pattern, url, checksum }: NonNullable<CatalogVariant['releases']>,
  readText: ReadText,
): Promise<{ readonly url: string; readonly checksum: string }> {
  const release = latestRelease(await readText(list), pattern);
  if (release === undefined) {
    throw new Failure('catalog-release-missing', `${list} lists no release of ${entry.title}.`, {
      next: 'Follow the publisher instead, or use New Definition from URL.',
    });
  }
  return { url: url.replaceAll('{release}', release), checksum: checksum.replaceAll('{release}', release) };
}

/** The newest release in a text: begins with a digit and holds no more than letters, digits, dots and hyphens. */
export function latestRelease(text: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern
    .split('{release}')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // Both ends are fixed and the length is bounded: no text makes this slow.
  const found = text.matchAll(new RegExp(`${before}(\\d[\\w.-]{0,60}?)${after === '' ? '(?![\\w.-])' : after}`, 'g'));
  const releases = [...new Set(Array.from(found, ([, release = '']) => release))];
  return releases.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
}

function unknownVariant({ title, id, architectures }: CatalogEntry, why: string): Failure {
  return new Failure('catalog-entry-unknown', `${title} (${id}) ${why}.`, {
    next: `It is there for ${Object.keys(architectures).join(' and ')}.`,
  });
}
