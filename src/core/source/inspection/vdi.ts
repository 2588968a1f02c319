import { diskSize, flaw } from './flaw.ts';
import type { HeaderReader } from './header-reader.ts';
import type { FormatFinding } from './inspection.ts';

const SIGNATURE = 0xbeda107f;
const UNDO = 3;
const DIFFERENCING = 4;

/** VirtualBox's disks (https://github.com/qemu/qemu/blob/master/block/vdi.c). */
export async function readVdi(file: HeaderReader): Promise<FormatFinding | undefined> {
  const header = await file.bytes(0, 512);
  if (header.uint32(0x40, 'little') !== SIGNATURE) return undefined;
  const kind = header.uint32(0x4c, 'little');
  const needsParent = kind === UNDO || kind === DIFFERENCING;
  return {
    format: 'vdi',
    virtualSize: diskSize(header.uint64(0x170, 'little')),
    flaws: [
      ...(needsParent ? [flaw('source-backing-file', 'a differencing VDI, which names its parent by UUID')] : []),
      ...(header.length < 512 ? [flaw('source-truncated', 'its header is cut')] : []),
    ],
  };
}
