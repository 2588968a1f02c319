import { messageOf, systemCode } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';

/** Told that something which this tool keeps for itself could not be written. Never throws. */
export type TellUnkept = (error: unknown) => void;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a file is where a folder belongs',
};

/**
 * Says once, as a warning, that nothing can be kept in a folder, and what that means. All work goes on without it, so what
 * follows is for the debug log.
 * @param folder absolute path, which holds digests, inspections, locks and the like
 */
export function tellUnkeptOnce(folder: string, log: Log): TellUnkept {
  let told = false;
  return (error) => {
    const message = messageOf(error);
    if (told) {
      log.debug(`Not kept: ${message}`);
      return;
    }
    told = true;
    const code = systemCode(error);
    log.warn(
      `The folder "${folder}" can't be written: ${REASONS[code] ?? message}. The work goes on without it: digests of files are computed again each time, and nothing keeps another window or terminal from applying the same definition meanwhile.`,
    );
  };
}
