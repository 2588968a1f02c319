import { diskSize, flaw } from './flaw.ts';
import type { HeaderReader } from './header-reader.ts';
import type { FormatFinding } from './inspection.ts';

/** The first 16 sectors belong to the system; then come the volume descriptors (ECMA-119, ECMA-167). */
const DESCRIPTOR_AT = 32 * 1024;
const DESCRIPTOR_BYTES = 2048;
const MARKS = ['CD001', 'NSR02', 'NSR03'] as const;
const PRIMARY = 1;

/** Optical discs: ISO 9660 and UDF. */
export async function readIso(file: HeaderReader): Promise<FormatFinding | undefined> {
  const descriptor = await file.bytes(DESCRIPTOR_AT, DESCRIPTOR_BYTES);
  if (!MARKS.some((mark) => descriptor.has(mark, 1))) return undefined;
  if (descriptor.uint8(0) !== PRIMARY) return { format: 'iso', virtualSize: null, flaws: [] };
  const bytes = BigInt(descriptor.uint32(80, 'little')) * BigInt(descriptor.uint16(128, 'little'));
  const cut = bytes > BigInt(file.size);
  return {
    format: 'iso',
    virtualSize: diskSize(bytes),
    flaws: cut ? [flaw('source-truncated', `its volume has ${bytes} bytes, the file ${file.size}`)] : [],
  };
}
