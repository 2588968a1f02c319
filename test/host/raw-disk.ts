import { createHash } from 'node:crypto';

const SECTOR = 512;
const MEBIBYTE = 1024 * 1024;

/**
 * A small real disk image: raw, with a master boot record of one Linux partition, and bytes that do not compress away.
 *
 * @param mebibytes its size
 * @param seed other bytes for another seed
 */
export function rawDisk(mebibytes: number, seed = 'glance-images'): Buffer {
  const disk = Buffer.alloc(mebibytes * MEBIBYTE);
  for (let offset = MEBIBYTE; offset < disk.length; offset += MEBIBYTE) {
    createHash('sha512').update(`${seed}${offset}`).digest().copy(disk, offset);
  }
  const entry = 446;
  disk.writeUInt8(0x80, entry);
  disk.writeUInt8(0x83, entry + 4);
  disk.writeUInt32LE(MEBIBYTE / SECTOR, entry + 8);
  disk.writeUInt32LE(disk.length / SECTOR - MEBIBYTE / SECTOR, entry + 12);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}
