import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Wrapping } from './inspection.ts';

const MARKS: readonly { readonly wrapping: Wrapping; readonly is: (head: HeaderBytes) => boolean }[] = [
  // Method deflate without reserved flags (RFC 1952).
  { wrapping: 'gzip', is: (head) => head.has('\x1f\x8b\x08') && (head.uint8(3) & 0xe0) === 0 },
  {
    wrapping: 'bzip2',
    is: (head) => head.has('BZh') && (head.has('1AY&SY', 4) || head.has('\x17\x72\x45\x38\x50\x90', 4)),
  },
  { wrapping: 'xz', is: (head) => head.has('\xfd7zXZ\0') },
  { wrapping: 'zstd', is: (head) => head.has('\x28\xb5\x2f\xfd') },
  { wrapping: 'lz4', is: (head) => head.has('\x04\x22\x4d\x18') },
  { wrapping: 'lzip', is: (head) => head.has('LZIP\x01') },
  { wrapping: 'zip', is: (head) => head.has('PK\x03\x04') },
  { wrapping: '7z', is: (head) => head.has('7z\xbc\xaf\x27\x1c') },
  { wrapping: 'tar', is: (head) => head.has('ustar', 257) },
];

/** The wrapping of a file, by its first bytes. Its name does not matter. */
export async function readWrapping(file: HeaderReader): Promise<Wrapping | null> {
  const head = await file.bytes(0, 512);
  return MARKS.find(({ is }) => is(head))?.wrapping ?? null;
}
