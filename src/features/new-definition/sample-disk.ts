const SECTOR = 512;
const MEBIBYTE = 1024 * 1024;
/** Where the one entry of the partition table is, after the PC's master boot record. */
const ENTRY = 446;

/** A disk image of 8 MiB to try things with: raw, one empty Linux partition, nothing that boots. */
export function sampleDisk(): Uint8Array {
  const disk = new Uint8Array(8 * MEBIBYTE);
  const view = new DataView(disk.buffer);
  view.setUint8(ENTRY + 4, 0x83);
  view.setUint32(ENTRY + 8, MEBIBYTE / SECTOR, true);
  view.setUint32(ENTRY + 12, (disk.length - MEBIBYTE) / SECTOR, true);
  view.setUint16(SECTOR - 2, 0xaa55, true);
  disk.set(new TextEncoder().encode('A sample of Glance Images: this disk boots nothing.\n'), MEBIBYTE);
  return disk;
}
