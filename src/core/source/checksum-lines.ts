/** A digest as a checksum file writes it. */
export interface WrittenDigest {
  /** What the text calls the algorithm: the tag of the line or the heading above it. Absent where only the length tells. */
  readonly label?: string;
  /** As written, without blanks. */
  readonly hex: string;
  /** Absent for a bare digest. */
  readonly name?: string;
}

/** Names of hash algorithms, as headings and names of files have them: any other word is none. */
const ALGORITHM =
  '(?:md[245]|sha-?\\d{1,3}(?:[-/]\\d{3})?|blake[23]\\w?(?:-?\\d{3})?|b[23]|whirlpool|(?:rmd|ripemd-?)\\d{3}|tiger|sm3|streebog-?\\d*|crc-?\\d*)';
/** `# SHA512 HASH` (Gentoo), `# sha256`; `Algorithm : SHA256` (Get-FileHash as a list). */
const HEADING = new RegExp(
  `^(?:#+\\s*|algorithm\\s*:\\s*)(${ALGORITHM})(?:\\s+(?:hash|digest|checksum|sum)\\w*)?\\s*:?$`,
  'i',
);
/** `SHA256 hash of disk.img:` (certutil, in several languages); the digest is on the next line. */
const ANNOUNCED = new RegExp(`^(${ALGORITHM})[ -]hash\\w* \\S+ (?:file )?(.+):$`, 'i');
const HEX = '[0-9a-f]{32,128}';
/** `SHA256 (name) = HEX` of BSD, which openssl writes too. */
const TAGGED = new RegExp('^([a-z0-9/-]+) ?\\((.*)\\) ?= ([0-9a-f]+)$', 'is');
/** `HEX  name`, `HEX *name` of coreutils, or a bare digest. */
const LISTED = new RegExp(`^(${HEX})(?:[ \\t][ \\t*]?(.+))?$`, 'is');
/** `sha256:HEX  name`, and the rows of Get-FileHash: `SHA256  HEX  C:\\name`. */
const PREFIXED = new RegExp(`^(${ALGORITHM})(?:\\s*[:=]\\s*|\\s+)(${HEX})(?:\\s+\\*?(\\S.*))?$`, 'is');
/** `Hash : HEX` of Get-FileHash as a list. */
const ENTRY = new RegExp(`^hash\\s*:\\s*(${HEX})$`, 'i');
/** The digest in pairs, as older versions of certutil write it. */
const IN_PAIRS = /^(?:[0-9a-f]{2} ){15,63}[0-9a-f]{2}$/i;

/**
 * The digests of a checksum file, in the forms of GNU coreutils, BSD, openssl, Gentoo, certutil and Get-FileHash. Names that
 * coreutils escaped (a backslash begins the line) are unescaped. Anything else is skipped: comments, signatures around the text.
 * @see https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html
 */
export function readDigestLines(text: string): readonly WrittenDigest[] {
  const digests: WrittenDigest[] = [];
  let heading: string | undefined;
  let announced: { readonly label: string; readonly name: string } | undefined;
  for (const each of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    const line = each.trimEnd();
    const plain = line.trimStart();
    heading = HEADING.exec(plain)?.[1] ?? heading;
    const hex = IN_PAIRS.test(plain) ? plain.replaceAll(' ', '') : plain;
    const found = digestOf(line) ?? (IN_PAIRS.test(plain) ? { hex } : undefined);
    if (found !== undefined)
      digests.push({ ...(heading === undefined ? {} : { label: heading }), ...announced, ...found });
    const [, label, name] = ANNOUNCED.exec(plain) ?? [];
    announced = label === undefined || name === undefined ? undefined : { label, name };
  }
  return digests;
}

function digestOf(line: string): WrittenDigest | undefined {
  const escaped = line.startsWith('\\');
  const body = escaped ? line.slice(1) : line.trimStart();
  const named = (file: string | undefined): Pick<WrittenDigest, 'name'> => {
    const name = escaped && file !== undefined ? unescaped(file) : file;
    return name === undefined || name === '' ? {} : { name };
  };
  const [, tag, tagged, ofTag] = TAGGED.exec(body) ?? [];
  if (tag !== undefined && ofTag !== undefined) return { label: tag, hex: ofTag, ...named(tagged) };
  const [, hex, listed] = LISTED.exec(body) ?? [];
  // Some tools write more than the two separators of coreutils.
  if (hex !== undefined) return { hex, ...named(listed?.replace(/^[ \t]*\*?/, '')) };
  const [, prefix, ofPrefix, prefixed] = PREFIXED.exec(body) ?? [];
  if (prefix !== undefined && ofPrefix !== undefined) return { label: prefix, hex: ofPrefix, ...named(prefixed) };
  const ofEntry = ENTRY.exec(body)?.[1];
  return ofEntry === undefined ? undefined : { hex: ofEntry };
}

function unescaped(name: string): string {
  const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' };
  return name.replace(/\\([nr\\])/g, (_whole, letter: string) => meant[letter] ?? letter);
}

/** The algorithm in the name of a checksum file: `SHA256SUMS`, `B2SUMS`, `disk.img.sha3-256`. */
export function labelOfFile(where: string): string | undefined {
  const file = where.replace(/["']$/, '').split(/[\\/]/).at(-1) ?? '';
  const parts = file.split(/[._]|-(?!\d)/).map((part) => part.replace(/sums?$/i, ''));
  return parts.findLast((part) => new RegExp(`^${ALGORITHM}$`, 'i').test(part));
}

/** The name of a file in an address, a path, or a text that ends with one in quotes. */
export function fileOf(where: string): string {
  return where.replace(/["']$/, '').split(/[\\/]/).at(-1) ?? '';
}
