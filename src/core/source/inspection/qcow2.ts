import { diskSize, flaw, quotedName } from './flaw.ts';
import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Flaw, FormatFinding } from './inspection.ts';

/** Bits of `incompatible_features`. Glance accepts the first four (dirty, corrupt, external data file, compression type) and checks the third. */
const CORRUPT = 0b10n;
const DATA_FILE = 0b100n;
const TAKEN_BY_GLANCE = 0b1111n;
const EXTENDED_L2 = 0b10000n;
const NAME_AT_MOST = 1023;

/** QEMU's copy-on-write disks (https://www.qemu.org/docs/master/interop/qcow2.html), and its abandoned QED. */
export async function readQemu(file: HeaderReader): Promise<FormatFinding | undefined> {
  const header = await file.bytes(0, 112);
  if (header.has('QED\0')) {
    const detail = 'QED is a format that QEMU gave up; no release of Glance takes it';
    return { format: 'qed', virtualSize: null, flaws: [flaw('source-subformat', detail)] };
  }
  if (!header.has('QFI\xfb')) return undefined;
  const version = header.uint32(4, 'big');
  if (version !== 2 && version !== 3) {
    const detail = `qcow version ${version}; only 2 and 3 are taken`;
    return { format: 'qcow2', virtualSize: null, flaws: [flaw('source-subformat', detail)] };
  }
  const flaws = [
    ...(await backingFile(file, header)),
    ...(version === 3 ? features(header.uint64(72, 'big')) : []),
    ...encryption(header.uint32(32, 'big')),
    ...mapping(file, header),
  ];
  return { format: 'qcow2', virtualSize: diskSize(header.uint64(24, 'big')), flaws };
}

async function backingFile(file: HeaderReader, header: HeaderBytes): Promise<Flaw[]> {
  const offset = header.uint64(8, 'big');
  if (offset === 0n) return [];
  const length = Math.min(header.uint32(16, 'big'), NAME_AT_MOST);
  const name = (await file.bytes(offset, length)).text(0, length);
  return [flaw('source-backing-file', name === '' ? 'the name of the other file is unreadable' : quotedName(name))];
}

function features(bits: bigint): Flaw[] {
  const flaws: Flaw[] = [];
  if ((bits & DATA_FILE) !== 0n) flaws.push(flaw('source-data-file', 'its header says that the data is elsewhere'));
  if ((bits & CORRUPT) !== 0n) flaws.push(flaw('source-damaged', 'QEMU has marked it as corrupt'));
  const unknown = bits & ~TAKEN_BY_GLANCE;
  if (unknown !== 0n) {
    const names = unknown === EXTENDED_L2 ? 'extended L2 entries' : `bits 0x${unknown.toString(16)}`;
    flaws.push(flaw('source-unknown-features', `incompatible features: ${names}`));
  }
  return flaws;
}

function encryption(method: number): Flaw[] {
  if (method === 0) return [];
  const name = method === 1 ? 'AES' : method === 2 ? 'LUKS' : `method ${method}`;
  return [flaw('source-encrypted', `qcow2 encryption (${name})`)];
}

/** The L1 table, without which there is no data. Truncated downloads often lack it. */
function mapping(file: HeaderReader, header: HeaderBytes): Flaw[] {
  const clusterBits = header.uint32(20, 'big');
  if (clusterBits < 9 || clusterBits > 21) return [flaw('source-damaged', `clusters of 2^${clusterBits} bytes`)];
  const entries = BigInt(header.uint32(36, 'big'));
  const end = header.uint64(40, 'big') + entries * 8n;
  if (end <= BigInt(file.size)) return [];
  return [flaw('source-truncated', `its table of clusters ends at byte ${end}, the file at ${file.size}`)];
}
