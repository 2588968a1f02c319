import { flaw } from './flaw.ts';
import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Flaw, FormatFinding } from './inspection.ts';

const SECTOR = 512;
const TABLE_AT = 446;
const ENTRY_BYTES = 16;
const PROTECTIVE = 0xee;

/**
 * Disks with a partition table, MBR or GPT, detected as in Glance: by the last two bytes of the first sector, unless
 * it belongs to a FAT filesystem (https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html).
 */
export async function readPartitions(file: HeaderReader): Promise<FormatFinding | undefined> {
  const sectors = await file.bytes(0, 2 * SECTOR);
  const isFat = sectors.uint8(0x10) === 2 && sectors.uint8(0x15) === 0xf8;
  if (!sectors.has('\x55\xaa', 510) || isFat) return undefined;
  return { format: 'gpt', virtualSize: file.size, flaws: [...tableFlaws(sectors), ...cutFlaws(file, sectors)] };
}

/** Errors in the table of the first sector that Glance 33 and later (earlier if configured) refuses. */
function tableFlaws(sector: HeaderBytes): Flaw[] {
  const invalid = (detail: string): Flaw[] => [flaw('partition-table-invalid', detail)];
  const entries = [0, 1, 2, 3].map((index) => TABLE_AT + index * ENTRY_BYTES);
  const used = entries.filter((entry) => sector.uint8(entry + 4) !== 0);
  if (entries.some((entry) => (sector.uint8(entry) & 0x7f) !== 0)) return invalid('a boot flag is neither 0 nor 0x80');
  const protective = entries.find((entry) => sector.uint8(entry + 4) === PROTECTIVE);
  if (protective !== undefined) {
    if (!sector.has('\x00\x02\x00', protective + 1)) return invalid('the protective partition begins at an odd CHS');
    if (sector.uint32(protective + 8, 'little') !== 1) return invalid('the protective partition begins at an odd LBA');
    if (used.length !== 1 || used[0] !== entries[0]) return invalid('there are partitions beside the protective one');
  }
  return used.length === 0 ? invalid('it has the signature of an MBR and no partition') : [];
}

/** A GPT names the position of its copy at the end of the disk. */
function cutFlaws(file: HeaderReader, sectors: HeaderBytes): Flaw[] {
  if (!sectors.has('EFI PART', SECTOR)) return [];
  const end = (sectors.uint64(SECTOR + 32, 'little') + 1n) * BigInt(SECTOR);
  if (end <= BigInt(file.size)) return [];
  return [flaw('source-truncated', `its partition table is for ${end} bytes, the file has ${file.size}`)];
}
