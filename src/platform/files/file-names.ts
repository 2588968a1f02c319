import { fileNameOf } from '../../core/file-name.ts';

const LONGEST = 80;

/** A file name, without its ending, for something with this name, which a stranger may have chosen. */
export function fileNameFor(name: string): string {
  return fileNameOf(name, LONGEST) || 'image';
}
