import { diskSize, flaw } from './flaw.ts';
import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Flaw, FormatFinding } from './inspection.ts';

const COOKIE = 'conectix';
const FOOTER_BYTES = 512;
const FIXED = 2;
const DIFFERENCING = 4;

/** Hyper-V's older disks. Dynamic ones have a copy of their footer at the beginning (https://github.com/qemu/qemu/blob/master/block/vpc.c). */
export async function readVhd(file: HeaderReader): Promise<FormatFinding | undefined> {
  const header = await file.bytes(0, FOOTER_BYTES);
  if (!header.has(COOKIE)) return undefined;
  return { format: 'vhd', virtualSize: diskSize(header.uint64(48, 'big')), flaws: await flawsOf(file, header) };
}

/** Whether the file is a VHD of fixed size: plain bytes with a footer at the end. */
export async function isFixedVhd(file: HeaderReader): Promise<boolean> {
  const footer = await file.tail(FOOTER_BYTES);
  return file.size > FOOTER_BYTES && footer.has(COOKIE) && footer.uint32(60, 'big') === FIXED;
}

async function flawsOf(file: HeaderReader, header: HeaderBytes): Promise<Flaw[]> {
  const flaws: Flaw[] = [];
  if (header.uint32(60, 'big') === DIFFERENCING) flaws.push(flaw('source-backing-file', 'a differencing VHD'));
  const footer = await file.tail(FOOTER_BYTES);
  if (!footer.has(COOKIE)) flaws.push(flaw('source-truncated', 'its footer is not at the end of the file'));
  return flaws;
}
