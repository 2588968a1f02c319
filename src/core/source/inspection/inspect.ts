import { HeaderReader, type RandomAccess } from './header-reader.ts';
import { INSPECTION_VERSION, type FormatFinding, type Inspection } from './inspection.ts';
import { readIso } from './iso9660.ts';
import { readLuks } from './luks.ts';
import { readPartitions } from './partitions.ts';
import { readQemu } from './qcow2.ts';
import { readText } from './text.ts';
import { readVdi } from './vdi.ts';
import { isFixedVhd, readVhd } from './vhd.ts';
import { readVhdx } from './vhdx.ts';
import { readVmdk } from './vmdk.ts';
import { readWrapping } from './wrapping.ts';

/** Formats in this order; if a file has several, the first one leads. */
const READERS: readonly ((file: HeaderReader) => Promise<FormatFinding | undefined>)[] = [
  readQemu,
  readVmdk,
  readVhd,
  readVhdx,
  readVdi,
  readIso,
  readLuks,
  readPartitions,
];

/**
 * Inspects the headers of a file, within bounds (`INSPECTED_BYTES_AT_MOST`), because the file may be hostile. Throws only
 * what its `read` throws.
 * @param size of the file, in bytes
 */
export async function inspect(file: RandomAccess, size: number): Promise<Inspection> {
  const reader = new HeaderReader(file, size);
  const formats: FormatFinding[] = [];
  for (const read of READERS) {
    const found = await read(reader);
    if (found !== undefined) formats.push(found);
  }
  const fixedVhd = !formats.some(({ format }) => format === 'vhd') && (await isFixedVhd(reader));
  const wrapping = await readWrapping(reader);
  const text = formats.length === 0 && wrapping === null && !fixedVhd ? await readText(reader) : undefined;
  return { version: INSPECTION_VERSION, formats, wrapping, fixedVhd, size, ...(text === undefined ? {} : { text }) };
}
