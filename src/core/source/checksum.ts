import { Failure } from '../failure.ts';
import { quote } from '../quote.ts';
import { fileOf, labelOfFile, readDigestLines, type WrittenDigest } from './checksum-lines.ts';

/** The expected digest of bytes. */
export interface Checksum {
  /** As Glance spells it. */
  readonly algorithm: ChecksumAlgorithm;
  /** Lower case. */
  readonly hex: string;
}

export type ChecksumAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** `image_source_checksum`: the digest itself, or the location of a checksum file. */
export type WrittenChecksum =
  | { readonly kind: 'value'; readonly checksum: Checksum }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'path'; readonly path: string };

/** Hexadecimal digits of each algorithm, weakest first. */
export const CHECKSUM_DIGITS: ReadonlyMap<ChecksumAlgorithm, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha512', 128],
]);

/** Reads `image_source_checksum`. The parser has checked it already. Throws `bad-checksum`. */
export function readChecksum(written: string): WrittenChecksum {
  if (/^https?:\/\//i.test(written)) return { kind: 'url', url: written };
  const [, name = '', hex = ''] = /^([a-z][a-z0-9-]+):(?!\/\/|\\)(.*)$/i.exec(written) ?? [];
  if (name === '') return { kind: 'path', path: written };
  const algorithm = algorithmNamed(name);
  if (algorithm === undefined || !isHexOf(algorithm, hex)) {
    throw new Failure('bad-checksum', `"image_source_checksum" is not a digest: ${JSON.stringify(written)}.`, {
      next: 'Write ALGORITHM:HEX with md5, sha1, sha256 or sha512, or the address or path of a checksum file.',
    });
  }
  return { kind: 'value', checksum: { algorithm, hex: hex.toLowerCase() } };
}

/** One line of a checksum file. `name` is absent for a bare digest. */
export interface ChecksumLine extends Checksum {
  readonly name?: string;
}

/** The digests of a checksum file that are of an algorithm known here; see `readDigestLines`. */
export function parseChecksumFile(text: string): readonly ChecksumLine[] {
  return understood(text, undefined).known;
}

/**
 * The digest of `source`, a URL or a path, in a checksum file. Of the lines whose name is the end of that path, the longest
 * name counts, and of several algorithms the strongest. Without such a line, the one whose last segment is the name of the
 * source counts; then the only digest of a file that has no names or is named after the source (`disk.img.sha256`).
 *
 * Throws `checksum-not-found`, `checksum-ambiguous`.
 *
 * @param where the address or path of the checksum file, or a text that ends with it; its name may tell the algorithm
 */
export function findChecksum(text: string, source: string, where: string): Checksum {
  const { known, foreign } = understood(text, labelOfFile(where));
  const segments = segmentsOf(source);
  const file = segments.at(-1) ?? source;
  const candidates = candidatesFor(known, segments, where);
  const best = [...CHECKSUM_DIGITS.keys()].findLast((each) => candidates.some(({ algorithm }) => algorithm === each));
  if (best === undefined) {
    const others = candidatesFor(foreign, segments, where).map(({ label }) => label.toUpperCase());
    const message = `${where} has no checksum for "${file}". ${contentsOf(text, known, others)}`;
    throw new Failure('checksum-not-found', message, {
      next: 'Correct "image_source_checksum", or write the digest as ALGORITHM:HEX.',
    });
  }
  const digests = new Set(candidates.filter(({ algorithm }) => algorithm === best).map(({ hex }) => hex));
  const [hex, second] = digests;
  if (hex === undefined || second !== undefined) {
    throw new Failure('checksum-ambiguous', `${where} has ${digests.size} different ${best} digests for "${file}".`, {
      next: 'Write the right digest as ALGORITHM:HEX.',
    });
  }
  return { algorithm: best, hex };
}

/** The lines that mean a source. */
function candidatesFor<Line extends Named>(
  lines: readonly Line[],
  segments: readonly string[],
  where: string,
): readonly Line[] {
  const named = lines.map((line) => ({ line, length: line.name === undefined ? 0 : commonEnd(segments, line.name) }));
  const longest = named.reduce((most, { length }) => Math.max(most, length), 0);
  if (longest > 0) return named.filter(({ length }) => length === longest).map(({ line }) => line);
  const file = segments.at(-1) ?? '';
  const elsewhere = lines.filter(({ name }) => name?.split(/[\\/]/).at(-1) === file);
  if (elsewhere.length > 0) return elsewhere;
  const isAfterSource = fileOf(where).startsWith(`${file}.`) && !severalNames(lines);
  return isAfterSource || lines.every(({ name }) => name === undefined) ? lines : [];
}

/** What a digest is about. */
interface Named {
  readonly name?: string;
}

function severalNames(lines: readonly Named[]): boolean {
  return new Set(lines.map(({ name }) => name)).size > 1;
}

/** What a checksum file holds instead of a digest that is of use. */
function contentsOf(text: string, known: readonly Named[], others: readonly string[]): string {
  if (others.length > 0)
    return `Its digest is a ${[...new Set(others)].join(' and a ')}, which is not computed here: md5, sha1, sha256 and sha512 are.`;
  const names = known.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (names.length > 0) return `It lists ${listed(names)}.`;
  const first = text.split(/[\r\n]+/).find((line) => line.trim() !== '');
  return `It contains no checksum.${first === undefined ? '' : ` It begins with ${quote(first.trim().slice(0, 80))}.`}`;
}

/** The digests of a text: those of the algorithms known here, and those of others. `label`: the algorithm by the name of the file. */
function understood(
  text: string,
  label: string | undefined,
): {
  readonly known: readonly ChecksumLine[];
  readonly foreign: readonly (WrittenDigest & { readonly label: string })[];
} {
  const known: ChecksumLine[] = [];
  const foreign: (WrittenDigest & { readonly label: string })[] = [];
  for (const line of readDigestLines(text)) {
    const { hex, name } = line;
    const told = line.label ?? label;
    const byLabel = told === undefined ? undefined : algorithmNamed(told);
    if (told !== undefined && byLabel === undefined) {
      foreign.push({ ...line, label: told });
      continue;
    }
    // The name of a file tells only of what can be: a list may hold other digests beside.
    const byFile = byLabel !== undefined && isHexOf(byLabel, hex) ? byLabel : undefined;
    const algorithm = line.label === undefined ? (byFile ?? algorithmOfLength(hex.length)) : byLabel;
    if (algorithm !== undefined && isHexOf(algorithm, hex))
      known.push({ algorithm, hex: hex.toLowerCase(), ...(name === undefined ? {} : { name }) });
  }
  return { known, foreign };
}

/** `SHA256`, `sha-256` and openssl's `SHA2-256` are one algorithm. */
function algorithmNamed(name: string): ChecksumAlgorithm | undefined {
  const plain = name
    .toLowerCase()
    .replace(/^sha2-(?=\d)/, 'sha')
    .replace(/^sha-(?=\d)/, 'sha');
  return [...CHECKSUM_DIGITS.keys()].find((each) => each === plain);
}

function algorithmOfLength(digits: number): ChecksumAlgorithm | undefined {
  return [...CHECKSUM_DIGITS].find(([, each]) => each === digits)?.[0];
}

function isHexOf(algorithm: ChecksumAlgorithm, hex: string): boolean {
  return hex.length === CHECKSUM_DIGITS.get(algorithm) && /^[0-9a-f]+$/i.test(hex);
}

/** The segments of a path or of a URL's path, decoded. */
function segmentsOf(source: string): readonly string[] {
  const url = /^https?:/i.test(source) ? URL.parse(source) : null;
  const path = url === null ? source.split(/[\\/]/) : url.pathname.split('/').map(decoded);
  return path.filter((segment) => segment !== '');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not valid percent-encoding: keep it as written.
    return segment;
  }
}

/** The number of segments of a line's name if the source's path ends with them, else 0. */
function commonEnd(segments: readonly string[], name: string): number {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const end = segments.slice(-parts.length);
  return parts.length > 0 && parts.length <= segments.length && parts.every((part, index) => part === end[index])
    ? parts.length
    : 0;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
