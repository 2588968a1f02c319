import { messageOf, systemCode } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';

/** Called with the error if a record or cache could not be written. Never throws. */
export type OnWriteError = (error: unknown) => void;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a file is in the place of a folder',
};

/**
 * Warns once that a folder can't be written, and what that means. Work goes on without it, so further
 * errors go to the debug log.
 * @param folder absolute path, for digests, inspections and locks
 */
export function warnOnWriteError(folder: string, log: Log): OnWriteError {
  let told = false;
  return (error) => {
    const message = messageOf(error);
    if (told) {
      log.debug(`Not saved: ${message}`);
      return;
    }
    told = true;
    const code = systemCode(error);
    log.warn(
      `The folder "${folder}" can't be written: ${REASONS[code] ?? message}. The work continues, but file digests are computed again each time, and another window or terminal can apply the same definition at the same time.`,
    );
  };
}
