import type { LiveImage } from './image.ts';

/** As many characters of a name as every file system takes, even where each has four bytes, beside what a temporary name adds. */
const LONGEST = /^.{0,48}/su;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A file name for an image's data: strangers choose the names of images, so that nothing in it is a path or hides. */
export function imageFileName({ name, id, disk_format: format }: LiveImage): string {
  const ending = (format ?? '').replace(/[^a-z0-9]+/gi, '') || 'img';
  const clean = (name ?? '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+/, '');
  const stem = (LONGEST.exec(clean)?.[0] ?? '').replace(/[-.]+$/, '');
  if (stem === '' || DEVICES.test(stem)) return `${id}.${ending}`;
  return stem.toLowerCase().endsWith(`.${ending}`) ? stem : `${stem}.${ending}`;
}
