import { diskSize, flaw } from './flaw.ts';
import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Flaw, FormatFinding } from './inspection.ts';

/** The two copies of the region table. */
const REGION_TABLES = [192 * 1024, 256 * 1024] as const;
const TABLE_BYTES = 64 * 1024;
const ENTRY_BYTES = 32;
const ENTRIES_AT_MOST = 2047;

// GUIDs as stored, with the bytes of the first three groups reversed.
const METADATA_REGION = guid('8B7CA206-4790-4B9A-B8FE-575F050F886E');
const VIRTUAL_DISK_SIZE = guid('2FA54224-CD1B-4876-B211-5DBED83BF4B8');
const FILE_PARAMETERS = guid('CAA16737-FA36-4D43-B3B6-33F0AA44E76B');
const HAS_PARENT = 0b10;

/** Hyper-V's newer disks ([MS-VHDX]). The size is found via region table, metadata table and item. */
export async function readVhdx(file: HeaderReader): Promise<FormatFinding | undefined> {
  if (!(await file.bytes(0, 8)).has('vhdxfile')) return undefined;
  const found = (virtualSize: number | null, ...flaws: Flaw[]): FormatFinding => ({
    format: 'vhdx',
    virtualSize,
    flaws,
  });
  const region = await metadataRegion(file);
  if (region === undefined) return found(null, damaged(file, 'it has no readable region table', REGION_TABLES[1]));
  const table = await file.bytes(region, TABLE_BYTES);
  if (!table.has('metadata')) return found(null, damaged(file, 'it has no readable metadata', Number(region)));
  const size = await item(file, region, table, VIRTUAL_DISK_SIZE);
  const parameters = await item(file, region, table, FILE_PARAMETERS);
  const virtualSize = diskSize(size?.uint64(0, 'little') ?? 0n);
  const flaws = [
    ...(virtualSize === null ? [flaw('source-damaged', 'it does not say how large its disk is')] : []),
    ...(((parameters?.uint32(4, 'little') ?? 0) & HAS_PARENT) === 0
      ? []
      : [flaw('source-backing-file', 'a differencing VHDX')]),
  ];
  return found(virtualSize, ...flaws);
}

async function metadataRegion(file: HeaderReader): Promise<bigint | undefined> {
  for (const position of REGION_TABLES) {
    const table = await file.bytes(position, TABLE_BYTES);
    if (!table.has('regi')) continue;
    const entry = find(table, 16, table.uint32(8, 'little'), METADATA_REGION);
    if (entry !== undefined) return table.uint64(entry + 16, 'little');
  }
  return undefined;
}

async function item(
  file: HeaderReader,
  region: bigint,
  table: HeaderBytes,
  wanted: string,
): Promise<HeaderBytes | undefined> {
  const entry = find(table, ENTRY_BYTES, table.uint16(10, 'little'), wanted);
  if (entry === undefined) return undefined;
  return file.bytes(region + BigInt(table.uint32(entry + 16, 'little')), 8);
}

/** Offset of the entry with this GUID. */
function find(table: HeaderBytes, first: number, count: number, wanted: string): number | undefined {
  for (let index = 0; index < Math.min(count, ENTRIES_AT_MOST); index += 1) {
    const offset = first + index * ENTRY_BYTES;
    if (table.has(wanted, offset)) return offset;
  }
  return undefined;
}

function damaged(file: HeaderReader, detail: string, position: number): Flaw {
  return flaw(file.size <= position ? 'source-truncated' : 'source-damaged', detail);
}

function guid(text: string): string {
  const groups = text.split('-').map((group) => group.match(/../g) ?? []);
  const bytes = groups.flatMap((group, index) => (index < 3 ? [...group].reverse() : group));
  return String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)));
}
