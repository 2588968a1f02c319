import { constants, type BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { isMissing } from './file-system.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import type { FileIdentity, OpenSource, SourceFiles } from '../../core/source/ports.ts';

/** Does not wait for the other end if the file became a pipe. Windows has no such flag; `undefined` sets no bit. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Source files on the local disk. */
export class LocalSourceFiles implements SourceFiles {
  async identify(path: string): Promise<FileIdentity> {
    return identity(path, await stat(path, { bigint: true }).catch((error: unknown) => unreadable(path, error)));
  }

  async open(path: string): Promise<OpenSource> {
    // Checked before opening, because opening has side effects on some devices. A pipe that replaces the file is not waited for.
    await this.identify(path);
    const handle = await open(path, FLAGS).catch((error: unknown) => unreadable(path, error));
    try {
      return {
        identity: identity(path, await handle.stat({ bigint: true })),
        read: async (buffer, position) => {
          const read = await handle
            .read(buffer, 0, buffer.length, position)
            .catch((error: unknown) => unreadable(path, error));
          return read.bytesRead;
        },
        identify: async () => identity(path, await handle.stat({ bigint: true })),
        close: async () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

function identity(path: string, stats: BigIntStats): FileIdentity {
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file';
    throw new Failure('source-not-a-file', `"${path}" is ${what}.`, {
      next: 'Point "local_file_path" at an image file.',
    });
  }
  const { ino, size, mtimeNs, ctimeNs } = stats;
  return { path, inode: String(ino), size: Number(size), modified: String(mtimeNs), changed: String(ctimeNs) };
}

function unreadable(path: string, error: unknown): never {
  if (error instanceof Failure) throw error;
  if (isMissing(error)) {
    throw new Failure('source-missing', `The file "${path}" does not exist.`, {
      next: 'Correct "local_file_path"; it is relative to the folder of the definition.',
      cause: error,
    });
  }
  const why = messageOf(error);
  throw new Failure('source-unreadable', `The file "${path}" can't be read: ${why}`, { cause: error });
}
