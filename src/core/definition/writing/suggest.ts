import { leadingFormat, type Inspection, type Wrapping } from '../../source/inspection/inspection.ts';
import type { SourceDescription } from '../../source/describe-source.ts';
import { DISK_FORMATS } from '../formats.ts';
import { renderArguments, type PartialArguments } from './render.ts';
import { WELL_KNOWN_PROPERTIES } from '../help/well-known-properties.ts';

const GIBIBYTE = 1024 ** 3;
/** What `decompress` undoes. */
const DECOMPRESSED: ReadonlySet<Wrapping> = new Set(['gzip', 'bzip2', 'xz', 'zstd']);
const PACKED = /\.(?:gz|bz2|xz|zst)$/i;
const IMAGE = /\.(?:qcow2?|img|raw|iso|vmdk|vhdx?|vdi|ova|tar)$/i;
/** File extensions whose `disk_format` has another name. */
const BY_ENDING: Readonly<Record<string, string>> = { qcow: 'qcow2', ova: 'vmdk' };

/** The source of a new definition, as written in it. */
export type NewSource =
  | { readonly kind: 'file'; readonly path: string }
  /** `checksum` as `image_source_checksum` is written. */
  | { readonly kind: 'url'; readonly url: string; readonly checksum?: string };

/** A name for an image from a path or an address: the file name without its extensions. */
export function suggestName(source: string): string {
  const file = fileOf(source);
  const plain = file.replace(PACKED, '').replace(IMAGE, '');
  return (plain === '' ? file : plain).slice(0, 255);
}

/**
 * The text of a definition that makes an image of a source: formats by content, `min_disk_gb` from the disk that a server will
 * see. What content does not tell is guessed from the name, and a comment says so.
 */
export function newDefinitionText(name: string, source: NewSource, { inspection }: SourceDescription): string {
  const written = source.kind === 'file' ? source.path : source.url;
  const packed = inspection.wrapping !== null && DECOMPRESSED.has(inspection.wrapping);
  const format = diskFormat(inspection, fileOf(written));
  const minimum = packed ? undefined : minimumDisk(inspection, format.value);
  const distribution = distributionOf(written);
  const arguments_: PartialArguments = {
    name,
    container_format: /\.ova$/i.test(written) && inspection.wrapping === 'tar' ? 'ova' : 'bare',
    disk_format: format.value,
    ...(source.kind === 'file' ? { local_file_path: source.path } : { image_source_url: source.url }),
    ...(source.kind === 'url' && source.checksum !== undefined ? { image_source_checksum: source.checksum } : {}),
    ...(packed ? { decompress: true } : {}),
    ...(minimum === undefined ? {} : { min_disk_gb: minimum }),
    ...(distribution === undefined ? {} : { properties: { os_distro: distribution } }),
  };
  return renderArguments(arguments_, format.certain ? {} : { comments: { disk_format: guessed(packed) } });
}

function guessed(packed: boolean): string {
  return packed
    ? 'Guessed from the name. The content is checked after it is decompressed, before the upload.'
    : 'Guessed, because the content matches no known format.';
}

function diskFormat(inspection: Inspection, file: string): { readonly value: string; readonly certain: boolean } {
  const ending = /\.([a-z0-9]+)$/i.exec(file.replace(PACKED, ''))?.[1]?.toLowerCase() ?? '';
  const byName = BY_ENDING[ending] ?? (DISK_FORMATS.some(({ value }) => value === ending) ? ending : undefined);
  if (inspection.wrapping !== null) return { value: byName ?? 'raw', certain: false };
  if (inspection.fixedVhd) return { value: 'vhd', certain: true };
  const found = leadingFormat(inspection.formats);
  if (found === undefined || found === 'several') return { value: byName === 'iso' ? 'iso' : 'raw', certain: false };
  // A partition table means a plain disk. Formats without a Glance name are sent as plain bytes.
  const plain = found.format === 'gpt' || found.format === 'luks' || found.format === 'qed';
  return { value: plain ? 'raw' : found.format, certain: true };
}

/** GiB; absent for an optical disc, which is not a server's disk. */
function minimumDisk(inspection: Inspection, format: string): number | undefined {
  if (format === 'iso' || inspection.wrapping !== null) return undefined;
  const found = leadingFormat(inspection.formats);
  const told = found === undefined || found === 'several' ? null : found.virtualSize;
  const bytes = told ?? (format === 'raw' && inspection.size < Number.MAX_SAFE_INTEGER ? inspection.size : null);
  return bytes === null || bytes === 0 ? undefined : Math.ceil(bytes / GIBIBYTE);
}

/** Ubuntu's file names contain the names of its releases. */
const RELEASES: Readonly<Record<string, string>> = {
  focal: 'ubuntu',
  jammy: 'ubuntu',
  noble: 'ubuntu',
  plucky: 'ubuntu',
  questing: 'ubuntu',
  bookworm: 'debian',
  trixie: 'debian',
};

function distributionOf(source: string): string | undefined {
  const known = WELL_KNOWN_PROPERTIES.find(({ name }) => name === 'os_distro')?.values ?? [];
  const words = fileOf(source)
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.map((word) => RELEASES[word] ?? known.find((each) => each === word)).find((each) => each !== undefined);
}

function fileOf(source: string): string {
  const url = /^https?:/i.test(source) ? URL.parse(source) : null;
  const file = (url?.pathname ?? source).split(/[\\/]/).findLast((part) => part !== '') ?? url?.hostname ?? source;
  try {
    return decodeURIComponent(file);
  } catch {
    // Not percent-encoded: keep it as written.
    return file;
  }
}
