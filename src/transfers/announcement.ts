import envPaths from 'env-paths';
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import * as v from 'valibot';
import { Failure, messageOf, systemCode } from '../core/failure.ts';
import { parseStored } from '../core/stored-json.ts';
import { isOwn } from '../node/files/private-folder.ts';
import { readClosedText, replaceText } from '../node/files/strict-files.ts';
import { ProcessNames } from '../node/processes/process-names.ts';

/** Bytes that the path of a Unix socket may have: 104 on macOS, 108 on Linux, with a NUL. */
const SOCKET_PATH_AT_MOST = 100;
const ANNOUNCEMENT_AT_MOST = 4096;
/** Where a socket goes whose path would be too long. */
const SHORT_FOLDER = join(tmpdir(), 'glance-images-host-');

const schema = v.object({
  process: v.string(),
  version: v.string(),
  address: v.string(),
  secret: v.string(),
});

/** Where a transfer host listens, and the secret that it wants to hear. Only this user can read it. */
export type Announcement = v.InferOutput<typeof schema>;

/** The folder of this user's transfer hosts: their announcements, sockets and journals. */
export function hostsFolder(): string {
  return join(envPaths('glance-images', { suffix: '' }).data, 'transfers');
}

/** Makes the folder for this user alone. Throws `transfer-host` where it is not. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST')
      throw new Failure('transfer-host', `The folder ${JSON.stringify(folder)} can't be made: ${messageOf(error)}`);
  });
  await isOpen(folder);
}

/**
 * Whether the folder is there. Throws `transfer-host` if somebody else may have put something into it: what says that it is a
 * host is asked to log in.
 */
async function isOpen(folder: string): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined) return false;
  const quoted = JSON.stringify(folder);
  if (!stats.isDirectory() || !isOwn(stats))
    throw new Failure('transfer-host', `${quoted} is not a folder of this user.`, { next: 'Remove it.' });
  if (process.getuid === undefined || (stats.mode & 0o777) === 0o700) return true;
  throw new Failure('transfer-host', `The folder ${quoted} is not closed to other users.`, {
    next: `If nobody else wrote to it, run: chmod 700 ${quoted}`,
  });
}

/** A new address: a socket in the folder, or in one with a shorter name; a pipe on Windows. */
export async function newAddress(folder: string): Promise<string> {
  const name = randomBytes(8).toString('hex');
  if (process.platform === 'win32') return `\\\\.\\pipe\\glance-images-${name}`;
  const path = join(folder, `${name}.sock`);
  if (Buffer.byteLength(path) <= SOCKET_PATH_AT_MOST) return path;
  return join(await mkdtemp(SHORT_FOLDER), 'sock');
}

/** How a host says where it listens. */
export interface Announcing {
  readonly secret: string;
  /** Tells clients of it. */
  readonly announce: () => Promise<void>;
  readonly withdraw: () => Promise<void>;
}

/** Writes down where this process is going to listen, so that somebody removes the socket should it be killed at once. */
export async function reserve(
  folder: string,
  version: string,
  address: string,
  names = new ProcessNames(),
): Promise<Announcing> {
  const secret = randomBytes(32).toString('base64url');
  const file = join(folder, `${process.pid}.json`);
  const write = (told: string): Promise<void> =>
    replaceText(file, JSON.stringify({ process: names.own(), version, address, secret: told }));
  await write('');
  return { secret, announce: () => write(secret), withdraw: () => rm(file, { force: true }) };
}

/** The hosts that run. What one that was killed left behind is removed. Throws `transfer-host` if the folder is not this user's alone. */
export async function announcements(folder: string, names = new ProcessNames()): Promise<readonly Announcement[]> {
  if (!(await isOpen(folder))) return [];
  const files = (await readdir(folder).catch(() => [])).filter((name) => /^\d+\.json$/.test(name));
  const found = await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      const read = parseStored(schema, await readClosedText(file, ANNOUNCEMENT_AT_MOST).catch(() => undefined));
      if (read === undefined || names.state(read.process) !== 'dead') return read;
      await rm(file, { force: true });
      await removeSocket(read.address);
      return undefined;
    }),
  );
  return found.filter((each) => each !== undefined).filter(({ secret }) => secret !== '');
}

/** Removes a socket, and the folder that was made for it, if nothing else is in it. */
export async function removeSocket(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  const stats = await lstat(address).catch(() => undefined);
  if (stats?.isSocket() === true) await rm(address, { force: true });
  if (address.startsWith(SHORT_FOLDER)) await rmdir(dirname(address)).catch(() => undefined);
}
