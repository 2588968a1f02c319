import { diskSize, flaw, quotedName } from './flaw.ts';
import type { HeaderBytes } from './header-bytes.ts';
import type { HeaderReader } from './header-reader.ts';
import type { Flaw, FormatFinding } from './inspection.ts';
import { readDescriptor, type VmdkDescriptor } from './vmdk-descriptor.ts';

const SECTOR = 512;
const HEADER_BYTES = 512;
/** The descriptor's offset, and how much of it QEMU and Glance read. */
const DESCRIPTOR_SECTOR = 1n;
const DESCRIPTOR_BYTES = 1024 * 1024 - 1;
const GRAINS_AT_END = 0xffff_ffff_ffff_ffffn;
/** Marker, copy of the header, end of the stream. */
const FOOTER_BYTES = 3 * SECTOR;
const TAKEN = ['monolithicsparse', 'streamoptimized'];

/**
 * VMware's disks (https://github.com/qemu/qemu/blob/master/block/vmdk.c). Only single-file disks are usable in a
 * cloud; a descriptor that names other files could make a reader open files of its own machine (CVE-2022-47951).
 */
export async function readVmdk(file: HeaderReader): Promise<FormatFinding | undefined> {
  const header = await file.bytes(0, HEADER_BYTES);
  if (header.has('COWD')) {
    return { format: 'vmdk', virtualSize: null, flaws: [flaw('source-subformat', 'an extent of an ESX server')] };
  }
  if (header.has('KDMV')) return sparse(file, header);
  return isText(header) ? descriptorOnly(file) : undefined;
}

async function sparse(file: HeaderReader, header: HeaderBytes): Promise<FormatFinding> {
  const found = (...flaws: Flaw[]): FormatFinding => ({
    format: 'vmdk',
    virtualSize: diskSize(header.uint64(12, 'little') * BigInt(SECTOR)),
    flaws,
  });
  const version = header.uint32(4, 'little');
  if (version < 1 || version > 3) return found(flaw('source-subformat', `VMDK version ${version}`));
  const length = header.uint64(36, 'little') * BigInt(SECTOR);
  if (header.uint64(28, 'little') !== DESCRIPTOR_SECTOR || length === 0n) {
    return found(flaw('source-damaged', 'its descriptor is not where it belongs, right after the header'));
  }
  const wanted = Number(length < DESCRIPTOR_BYTES ? length : DESCRIPTOR_BYTES);
  const bytes = await file.bytes(SECTOR, wanted);
  if (bytes.length < wanted) return found(flaw('source-truncated', 'its descriptor is cut'));
  const descriptor = readDescriptor(bytes.text(0, bytes.length));
  return found(...embeddedFlaws(descriptor), ...(await footerFlaws(file, header)));
}

function embeddedFlaws(descriptor: VmdkDescriptor): Flaw[] {
  const { createType, extents, parent, strangeLine } = descriptor;
  const flaws = [...parentFlaws(parent)];
  if (createType === undefined || !TAKEN.includes(createType)) flaws.push(subformat(createType));
  if (strangeLine !== undefined) {
    flaws.push(flaw('source-damaged', `its descriptor has a line that is none: ${quotedName(strangeLine)}`));
  }
  const outside = extents.filter(({ file }) => /[/\\]/.test(file));
  if (outside.length > 0 || extents.length > 1) flaws.push(outsideExtents(outside.length > 0 ? outside : extents));
  if (extents.length === 0) flaws.push(flaw('source-damaged', 'its descriptor names no extent'));
  return flaws;
}

/** A text file is a VMDK only if it names its type; its data is then always in other files. */
async function descriptorOnly(file: HeaderReader): Promise<FormatFinding | undefined> {
  const bytes = await file.bytes(0, DESCRIPTOR_BYTES);
  const { createType, extents, parent } = readDescriptor(bytes.text(0, bytes.length));
  if (createType === undefined) return undefined;
  const sectors = extents.reduce((sum, extent) => sum + extent.sectors, 0n);
  return {
    format: 'vmdk',
    virtualSize: diskSize(sectors * BigInt(SECTOR)),
    flaws: [...parentFlaws(parent), outsideExtents(extents)],
  };
}

/** If the header points to a footer at the end of the file, both have to agree. */
async function footerFlaws(file: HeaderReader, header: HeaderBytes): Promise<Flaw[]> {
  const grains = header.uint64(56, 'little');
  if (grains !== GRAINS_AT_END) {
    const at = grains * BigInt(SECTOR);
    const cut = at >= BigInt(file.size);
    return cut ? [flaw('source-truncated', `its directory is at byte ${at}, the file has ${file.size}`)] : [];
  }
  const end = await file.tail(FOOTER_BYTES);
  const marker = end.uint32(8, 'little') === 0 && end.uint32(12, 'little') === 3;
  if (end.length < FOOTER_BYTES || !marker || !end.has('KDMV', SECTOR) || !end.isZero(2 * SECTOR, SECTOR)) {
    return [flaw('source-truncated', 'its footer is not at the end of the file')];
  }
  const agrees =
    end.uint32(SECTOR + 4, 'little') === header.uint32(4, 'little') &&
    end.uint64(SECTOR + 28, 'little') === header.uint64(28, 'little') &&
    end.uint64(SECTOR + 36, 'little') === header.uint64(36, 'little') &&
    end.uint64(SECTOR + 56, 'little') !== GRAINS_AT_END;
  return agrees ? [] : [flaw('source-damaged', 'its footer contradicts its header')];
}

function parentFlaws(parent: string | undefined): Flaw[] {
  return parent === undefined ? [] : [flaw('source-backing-file', quotedName(parent))];
}

function outsideExtents(extents: VmdkDescriptor['extents']): Flaw {
  const names = extents.slice(0, 3).map(({ file }) => quotedName(file));
  const more = extents.length > 3 ? ` and ${extents.length - 3} more` : '';
  return flaw('source-outside-extents', names.length === 0 ? 'it names none' : `${names.join(', ')}${more}`);
}

function subformat(createType: string | undefined): Flaw {
  const what = createType === undefined ? 'it names none' : quotedName(createType);
  return flaw('source-subformat', `VMDK type ${what}; only monolithicSparse and streamOptimized are taken`);
}

/** Text, perhaps padded with zeros. */
function isText(header: HeaderBytes): boolean {
  const text = header.text(0, header.length);
  return text !== '' && /^[\t-\r\x20-\x7e]*$/.test(text) && header.isZero(text.length, header.length - text.length);
}
