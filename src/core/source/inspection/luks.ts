import { flaw } from './flaw.ts';
import type { HeaderReader } from './header-reader.ts';
import type { FormatFinding } from './inspection.ts';

const SECTOR = 512;

/** Encrypted disks of Linux (https://gitlab.com/cryptsetup/cryptsetup/-/wikis/LUKS-standard/on-disk-format.pdf). */
export async function readLuks(file: HeaderReader): Promise<FormatFinding | undefined> {
  const header = await file.bytes(0, 592);
  if (!header.has('LUKS\xba\xbe')) return undefined;
  const version = header.uint16(6, 'big');
  if (version !== 1) {
    const detail = `LUKS version ${version}; Glance and QEMU take only version 1`;
    return { format: 'luks', virtualSize: null, flaws: [flaw('source-subformat', detail)] };
  }
  const payload = header.uint32(104, 'big') * SECTOR;
  const cut = payload > file.size;
  return {
    format: 'luks',
    virtualSize: cut ? null : file.size - payload,
    flaws: cut ? [flaw('source-truncated', `its data begins at byte ${payload}, the file has ${file.size}`)] : [],
  };
}
