import { renameSync } from 'node:fs';
import { writeAnewSync } from '../node/files/strict-files.ts';

/**
 * Writes a file beside its name and renames it, so that a reader, or the next start, sees the old text or the new one.
 * Synchronous on purpose: these files are small, and the order of writes is then the order of changes.
 */
export function writeAtomically(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`;
  writeAnewSync(temporary, text, mode);
  renameSync(temporary, path);
}
