import { open } from 'node:fs/promises';
import { inspect } from '../../core/source/inspection/inspect.ts';
import { leadingFormat, type FlawCode, type FormatFinding } from '../../core/source/inspection/inspection.ts';
import type { Release } from '../release.ts';
import type { ImageRecord } from './images/image-record.ts';

/** The bytes are not what the image says, or are not safe. */
export class RefusedFormat extends Error {}

/** Formats that Glance can't tell by their bytes: it takes whatever is none of the others. */
const UNTOLD = ['ami', 'ari', 'aki', 'ploop'];

/** Formats whose virtual size Glance 25 tells, besides raw. */
const TOLD_BY_25 = ['qcow2', 'vhd', 'vhdx', 'vmdk', 'vdi'];

/** Flaws that fail Glance's safety checks. */
const UNSAFE: readonly FlawCode[] = [
  'source-backing-file',
  'source-data-file',
  'source-outside-extents',
  'source-unknown-features',
  'source-subformat',
  'partition-table-invalid',
];

/**
 * The virtual size in bytes of a bare image whose bytes are in this file; null where there is none to tell.
 * Throws `RefusedFormat` for what the release does not take: Glance 25 takes everything.
 */
export async function inspectBytes(path: string, image: ImageRecord, release: Release): Promise<number | null> {
  if (image.container_format !== 'bare') return null;
  const { formats, size } = await inspectFile(path);
  const { disk_format: declared } = image;
  if (release < 33) {
    const told = formats.find(({ format }) => format === declared && TOLD_BY_25.includes(format));
    return sizeOrNull(declared === 'raw' ? size : told?.virtualSize);
  }
  const found = leadingFormat(formats);
  // It asks a disc that boots from a stick for its only format as soon as it is declared raw.
  if (found === 'several' || (declared === 'raw' && formats.length > 1))
    throw new RefusedFormat(`Multiple formats detected: ${formats.map(({ format }) => format).join(',')}`);
  mustMatch(declared ?? '', found);
  if (found?.flaws.some(({ code }) => UNSAFE.includes(code))) throw new RefusedFormat('Image failed safety checks');
  return sizeOrNull(declared === 'raw' ? size : found?.virtualSize);
}

/** Glance tells no size of 0. */
function sizeOrNull(bytes: number | null | undefined): number | null {
  return bytes === undefined || bytes === 0 ? null : bytes;
}

function mustMatch(declared: string, found: FormatFinding | undefined): void {
  if (declared === 'raw' || declared === found?.format) return;
  if (found === undefined && UNTOLD.includes(declared)) return;
  throw new RefusedFormat(`Image disk_format ${declared} does not match stream data ${found?.format ?? 'raw'}`);
}

async function inspectFile(
  path: string,
): Promise<{ readonly formats: readonly FormatFinding[]; readonly size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (buffer: Uint8Array, position: number): Promise<number> =>
      (await file.read(buffer, 0, buffer.length, position)).bytesRead;
    return await inspect({ read }, size);
  } finally {
    await file.close();
  }
}
