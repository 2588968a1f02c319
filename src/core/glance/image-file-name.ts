import { fileEndingOf, fileNameOf } from '../file-name.ts';
import type { LiveImage } from './image.ts';

/** Characters of an image's name. */
const LONGEST = 48;

/** A file name for an image's data: strangers choose the names of images, so that nothing in it is a path or hides. */
export function imageFileName({ name, id, disk_format: format }: LiveImage): string {
  const ending = fileEndingOf(format ?? '') || 'img';
  const stem = fileNameOf(name ?? '', LONGEST) || id;
  return stem.toLowerCase().endsWith(`.${ending.toLowerCase()}`) ? stem : `${stem}.${ending}`;
}
