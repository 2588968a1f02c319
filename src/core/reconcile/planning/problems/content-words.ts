import type { ContentFormat, Inspection, Wrapping } from '../../../source/inspection/inspection.ts';

/** What a source is by its content: goes after `is `. */
export const CONTENT: Readonly<Record<ContentFormat, string>> = {
  qcow2: 'a qcow2 disk',
  qed: 'a QED disk',
  vmdk: 'a VMDK disk',
  vhd: 'a VHD disk',
  vhdx: 'a VHDX disk',
  vdi: 'a VDI disk',
  iso: 'an ISO 9660 or UDF disc',
  gpt: 'a raw disk with a partition table',
  luks: 'a disk encrypted with LUKS',
};

/** Goes after `is ` too. */
export const WRAPPED: Readonly<Record<Wrapping, string>> = {
  gzip: 'compressed with gzip',
  bzip2: 'compressed with bzip2',
  xz: 'compressed with xz',
  lzma: 'compressed with lzma, the format before xz',
  zstd: 'compressed with zstd',
  lz4: 'compressed with lz4',
  lzip: 'compressed with lzip',
  zip: 'a ZIP archive',
  '7z': 'a 7-Zip archive',
  tar: 'a tar archive',
};

/** All that an inspection tells of the content: goes after `is `. */
export function describeContent({ formats, wrapping, fixedVhd, text }: Inspection): string {
  const all = [
    ...formats.map(({ format }) => CONTENT[format]),
    ...(wrapping === null ? [] : [WRAPPED[wrapping]]),
    ...(fixedVhd ? ['a fixed-size VHD'] : []),
    ...(text === undefined ? [] : ['text']),
  ];
  return all.length === 0 ? 'none of the formats that Glance detects, so it counts as raw' : all.join(' and ');
}
