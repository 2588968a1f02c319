/**
 * Loaded into a process before the product (`--import`): its disk goes wrong as `FAULTY_DISK` says, a JSON of
 * `{ "full": { "after": BYTES, "code": TEXT }, "unreadable": { "from": BYTES } }`. A disk that is full, or can't
 * be read in the middle, takes a file system of its own and an administrator to make; this needs neither.
 */
import { open } from 'node:fs/promises';
import process from 'node:process';

interface Faults {
  /** Files take no more than so many bytes in all; then a write fails with this code of the system. */
  readonly full?: { readonly after: number; readonly code: 'ENOSPC' | 'EDQUOT' };
  /** Pieces of a source, from this position on, that can't be read. */
  readonly unreadable?: { readonly from: number };
}

/** Headers are looked at in smaller pieces. */
const PIECE = 64 * 1024;

const faults = JSON.parse(process.env.FAULTY_DISK ?? '{}') as Faults;
const handle = await open(import.meta.filename, 'r');
const prototype = Object.getPrototypeOf(handle) as Record<'read' | 'write', (...given: unknown[]) => Promise<unknown>>;
await handle.close();
const { read, write } = prototype;
let written = 0;

prototype.write = function (this: unknown, ...given: unknown[]) {
  const [piece, , length] = given;
  const bytes = typeof length === 'number' ? length : (piece as Uint8Array).length;
  written += bytes > PIECE / 2 ? bytes : 0;
  if (faults.full !== undefined && written > faults.full.after)
    return Promise.reject(failure(faults.full.code, 'the disk takes no more, write'));
  return write.apply(this, given);
};

prototype.read = function (this: unknown, ...given: unknown[]) {
  const [, , length, position] = given;
  if (faults.unreadable !== undefined && Number(length) >= PIECE && Number(position) >= faults.unreadable.from)
    return Promise.reject(failure('EIO', 'i/o error, read'));
  return read.apply(this, given);
};

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
