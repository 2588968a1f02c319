import * as v from 'valibot';
import { Failure } from '../failure.ts';

const Address = v.pipe(v.string(), v.regex(/^https?:\/\/[^\s\p{Cc}]+$/u), v.maxLength(1000));
const Line = v.pipe(v.string(), v.regex(/^[^\p{Cc}]+$/u), v.maxLength(255));
const Properties = v.record(Line, v.pipe(v.string(), v.maxLength(255)));

/** A publisher's list of releases. `{release}` stands for one, in the text of the list and in the addresses. */
const Releases = v.object({
  list: Address,
  /** The text around a release in the list. */
  pattern: v.pipe(v.string(), v.includes('{release}'), v.maxLength(200)),
  url: Address,
  checksum: Address,
});

const Variant = v.pipe(
  v.object({
    /** The address that always has the newest image, and its checksum file. */
    follow: v.optional(v.object({ url: Address, checksum: Address })),
    releases: v.optional(Releases),
    properties: v.optional(Properties, {}),
    /** What a maintainer's machine found at these addresses last; `null` where none has asked yet. */
    checked: v.nullable(v.object({ at: v.pipe(v.string(), v.isoDate()), problems: v.array(Line) })),
  }),
  v.check(
    ({ follow, releases }) => follow !== undefined || releases !== undefined,
    'It has neither follow nor releases.',
  ),
);

const Entry = v.object({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)),
  title: Line,
  /** Where these facts were read. */
  sources: v.pipe(v.array(Line), v.minLength(1)),
  /** The login user of its servers. */
  login: Line,
  disk_format: v.picklist(['qcow2', 'raw']),
  min_disk_gb: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  min_ram_mb: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** When the publisher's support ends: year and month. */
  end_of_life: v.optional(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/))),
  properties: Properties,
  architectures: v.record(v.picklist(['x86_64', 'aarch64']), Variant),
});

const Catalog = v.object({ format_version: v.literal(1), entries: v.pipe(v.array(Entry), v.maxLength(1000)) });

/** A public image, and how its definition is written. */
export type CatalogEntry = v.InferOutput<typeof Entry>;
export type CatalogVariant = v.InferOutput<typeof Variant>;

/** The entries of a catalog's JSON. Throws `catalog-invalid` with the first place that is wrong. */
export function readCatalog(text: string, where: string): readonly CatalogEntry[] {
  const read = v.safeParse(Catalog, parsed(text, where));
  if (read.success) return read.output.entries;
  const [issue] = read.issues;
  throw invalid(where, `${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`);
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(where, error instanceof Error ? error.message : String(error));
  }
}

function invalid(where: string, why: string): Failure {
  return new Failure('catalog-invalid', `The catalog ${where} can't be used: ${why}`, {
    next: 'Correct it, or leave it out.',
  });
}

/** The entries of several catalogs; of one id, the last catalog's. */
export function mergeCatalogs(catalogs: readonly (readonly CatalogEntry[])[]): readonly CatalogEntry[] {
  return [...new Map(catalogs.flat().map((entry) => [entry.id, entry])).values()];
}
