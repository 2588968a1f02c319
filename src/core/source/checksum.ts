import { Failure } from '../failure.ts';

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

/**
 * The lines of a checksum file: those of GNU coreutils (`HEX  name`, `HEX *name`), of BSD (`SHA256 (name) = HEX`, which
 * openssl writes too) and a bare digest. Names that coreutils escaped (a backslash begins the line) are unescaped. Anything
 * else is skipped: comments, signatures around the text, unknown algorithms.
 * @see https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html
 */
export function parseChecksumFile(text: string): readonly ChecksumLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => parseLine(line.trimEnd()))
    .filter((line) => line !== undefined);
}

/**
 * The digest of `source`, a URL or a path, in a checksum file. Of the lines whose name is the end of that path,
 * the longest name counts, and of several algorithms the strongest. A file with only one bare digest needs no name.
 * Throws `checksum-not-found`, `checksum-ambiguous`.
 */
export function findChecksum(text: string, source: string, where: string): Checksum {
  const lines = parseChecksumFile(text);
  const segments = segmentsOf(source);
  const named = lines.flatMap((line) => {
    const length = line.name === undefined ? 0 : commonEnd(segments, line.name);
    return length === 0 ? [] : [{ line, length }];
  });
  const longest = named.reduce((most, { length }) => Math.max(most, length), 0);
  const found = named.filter(({ length }) => length === longest).map(({ line }) => line);
  const candidates = found.length > 0 ? found : lines.every(({ name }) => name === undefined) ? lines : [];
  const best = [...CHECKSUM_DIGITS.keys()].findLast((each) => candidates.some(({ algorithm }) => algorithm === each));
  const file = segments.at(-1) ?? source;
  if (best === undefined) {
    const names = lines.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const holds = names.length === 0 ? 'It contains no checksum.' : `It lists ${listed(names)}.`;
    throw new Failure('checksum-not-found', `${where} has no checksum for "${file}". ${holds}`, {
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

function parseLine(line: string): ChecksumLine | undefined {
  const escaped = line.startsWith('\\');
  const body = escaped ? line.slice(1) : line.trimStart();
  const [, bsdName, bsdFile, bsdHex] = /^([A-Za-z0-9/-]+) ?\((.*)\) ?= ([0-9a-f]+)$/is.exec(body) ?? [];
  if (bsdName !== undefined && bsdFile !== undefined && bsdHex !== undefined)
    return lineOf(algorithmNamed(bsdName), bsdHex, escaped ? unescaped(bsdFile) : bsdFile);
  const [, hex, file] = /^([0-9a-f]{32,128})(?:[ \t][ \t*]?(.+))?$/is.exec(body) ?? [];
  if (hex === undefined) return undefined;
  // Some tools write more than the two separators of coreutils.
  const name = file?.replace(/^[ \t]*\*?/, '');
  return lineOf(algorithmOfLength(hex.length), hex, name === undefined || !escaped ? name : unescaped(name));
}

function lineOf(
  algorithm: ChecksumAlgorithm | undefined,
  hex: string,
  name: string | undefined,
): ChecksumLine | undefined {
  if (algorithm === undefined || !isHexOf(algorithm, hex)) return undefined;
  return { algorithm, hex: hex.toLowerCase(), ...(name === undefined || name === '' ? {} : { name }) };
}

function unescaped(name: string): string {
  const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' };
  return name.replace(/\\([nr\\])/g, (_whole, letter: string) => meant[letter] ?? letter);
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
