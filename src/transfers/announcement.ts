import envPaths from 'env-paths';
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import * as v from 'valibot';
import { Failure } from '../core/failure.ts';
import { parseStored } from '../core/stored-json.ts';
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

/** Makes the folder for this user alone. Throws `transfer-host` if it belongs to somebody else. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  const own = process.getuid === undefined || stats.uid === process.getuid();
  if (!stats.isDirectory() || !own)
    throw new Failure('transfer-host', `The folder ${JSON.stringify(folder)} does not belong to this user.`);
  if (process.getuid !== undefined && (stats.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** A new address: a socket in the folder, or in one with a shorter name; a pipe on Windows. */
export async function newAddress(folder: string): Promise<string> {
  const name = randomBytes(8).toString('hex');
  if (process.platform === 'win32') return `\\\\.\\pipe\\glance-images-${name}`;
  const path = join(folder, `${name}.sock`);
  if (Buffer.byteLength(path) <= SOCKET_PATH_AT_MOST) return path;
  return join(await mkdtemp(SHORT_FOLDER), 'sock');
}

/** Tells clients where this process listens. Returns what takes that back. */
export async function announce(
  folder: string,
  version: string,
  address: string,
  names = new ProcessNames(),
): Promise<{ readonly secret: string; readonly withdraw: () => Promise<void> }> {
  const secret = randomBytes(32).toString('base64url');
  const file = join(folder, `${process.pid}.json`);
  await replaceText(file, JSON.stringify({ process: names.own(), version, address, secret }));
  return { secret, withdraw: () => rm(file, { force: true }) };
}

/** The hosts that run. What one that was killed left behind is removed. */
export async function announcements(folder: string, names = new ProcessNames()): Promise<readonly Announcement[]> {
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
  return found.filter((each) => each !== undefined);
}

/** Removes a socket, and the folder that was made for it, if nothing else is in it. */
export async function removeSocket(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  const stats = await lstat(address).catch(() => undefined);
  if (stats?.isSocket() === true) await rm(address, { force: true });
  if (address.startsWith(SHORT_FOLDER)) await rmdir(dirname(address)).catch(() => undefined);
}
