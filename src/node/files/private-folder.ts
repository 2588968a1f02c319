import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { realPathOf } from './located-path.ts';

/** Whether only this user (and root) can put files into a folder or replace it. Windows protects the folders of users by itself. */
export async function isPrivateFolder(folder: string): Promise<boolean> {
  if (process.getuid === undefined) return true;
  const real = await realPathOf(folder);
  const own = await stat(real).catch(() => undefined);
  // A missing folder is empty.
  if (own === undefined) return true;
  if (!isOwn(own) || (own.mode & 0o022) !== 0) return false;
  for (let above = dirname(real); ; above = dirname(above)) {
    const stats = await stat(above).catch(() => undefined);
    if (stats === undefined) return false;
    const { uid, gid, mode } = stats;
    const sticky = (mode & 0o1000) !== 0;
    // If each user has a private group, folders are often writable for it.
    const others = gid === uid ? 0o002 : 0o022;
    if ((uid !== 0 && !isOwn({ uid })) || ((mode & others) !== 0 && !sticky)) return false;
    if (above === dirname(above)) return true;
  }
}

/** Whether this user owns the file. True on Windows, which does not say. */
export function isOwn({ uid }: { readonly uid: bigint | number }): boolean {
  const own = process.getuid?.();
  return own === undefined || Number(uid) === own;
}
