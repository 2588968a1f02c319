import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isMissing } from './file-system.ts';
import { decodeLeniently } from '../../core/text-encoding.ts';
import { messageOf, systemCode } from '../../core/failure.ts';

/** Does not wait for the other end of a FIFO, and does not take over a terminal. Windows has neither flag; `undefined` sets no bit. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Bytes of one read. */
const PIECE = 64 * 1024;
const TRIES_AT_MOST = 3;

/** Why a file is not read. `failed` is an error of the system. */
export type Refusal = 'missing' | 'not-a-file' | 'too-large' | 'not-utf-8' | 'changed' | 'failed';

/** A file is not read. The message is a sentence about the file that does not name it: "It is not a regular file." */
export class UnreadableFile extends Error {
  readonly why: Refusal;
  /** Line of the first invalid UTF-8, from 1. */
  readonly line?: number;

  constructor(why: Refusal, message: string, options: ErrorOptions & { readonly line?: number } = {}) {
    super(message, options);
    this.why = why;
    if (options.line !== undefined) this.line = options.line;
  }
}

/** How a file is read. */
export interface TextFileOptions {
  /** Bytes. */
  readonly atMost: number;
  /** Takes UTF-16 with its mark, and replaces invalid UTF-8 by U+FFFD instead of refusing it: for files where only ASCII matters (certificates, digests). */
  readonly anyEncoding?: boolean;
  /** False refuses links, and anything but a regular file, before opening. True if omitted. */
  readonly followLinks?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A text, and the facts that tell whose file it is. */
export interface TextFile {
  readonly text: string;
  /** Real path. */
  readonly realPath: string;
  /** How many names the file has. */
  readonly names: number;
}

/**
 * Reads a text that somebody else may have written. It must be a regular file of limited size, in UTF-8. Never waits for
 * a pipe or a device. Throws `UnreadableFile`.
 */
export async function readTextFile(path: string, options: TextFileOptions): Promise<string> {
  return (await openTextFile(path, options)).text;
}

/** The same, with the real path of exactly the file that was read. Throws `UnreadableFile`. */
export async function openTextFile(path: string, options: TextFileOptions): Promise<TextFile> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openOnce(path, options);
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      const unreadable = refused(error);
      // Editors replace a file when they save it.
      if (unreadable.why !== 'changed' || tries === TRIES_AT_MOST) throw unreadable;
    }
  }
}

async function openOnce(path: string, options: TextFileOptions): Promise<TextFile> {
  const handle = await open(path, await flagsFor(path, options));
  try {
    const stats = await handle.stat();
    check(stats, options);
    const text = decoded(await readAll(handle, options), options);
    const realPath = await realpath(path);
    const there = await stat(realPath);
    if (there.ino !== stats.ino || there.dev !== stats.dev)
      throw new UnreadableFile('changed', 'It was replaced while it was being read.');
    return { text, realPath, names: stats.nlink };
  } finally {
    await handle.close();
  }
}

/** Windows has no `O_NOFOLLOW`, so links are found by a check before. Devices are not opened, because that has side effects on some. */
async function flagsFor(path: string, { followLinks = true }: TextFileOptions): Promise<number> {
  if (followLinks) return FLAGS;
  if (!(await lstat(path)).isFile()) throw new UnreadableFile('not-a-file', 'It is not a regular file.');
  return FLAGS | constants.O_NOFOLLOW;
}

/** A file may grow, and some system files claim to be empty. */
async function readAll(handle: FileHandle, options: TextFileOptions): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let length = 0; ;) {
    options.signal?.throwIfAborted();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE), 0, PIECE, length);
    if (bytesRead === 0) return Buffer.concat(pieces);
    length += bytesRead;
    if (length > options.atMost) throw tooLarge(options);
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

/** `readTextFile`, synchronously, for small local files. Throws `UnreadableFile`. */
export function readTextFileSync(path: string, options: TextFileOptions): string {
  try {
    const descriptor = openSync(path, FLAGS);
    try {
      const stats = fstatSync(descriptor);
      check(stats, options);
      const bytes = Buffer.alloc(Math.min(stats.size, options.atMost));
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = readSync(descriptor, bytes, length, bytes.length - length, length);
      return decoded(bytes.subarray(0, length), options);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw refused(error);
  }
}

function check(stats: Stats, options: TextFileOptions): void {
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file';
    throw new UnreadableFile('not-a-file', `It is ${what}.`);
  }
  if (stats.size > options.atMost) throw tooLarge(options);
}

function tooLarge({ atMost }: TextFileOptions): UnreadableFile {
  const bound = atMost >= 1024 * 1024 ? `${atMost / (1024 * 1024)} MiB` : `${atMost / 1024} KiB`;
  return new UnreadableFile('too-large', `It is larger than ${bound}.`);
}

function decoded(bytes: Uint8Array, { anyEncoding = false }: TextFileOptions): string {
  const decoder = (fatal: boolean): TextDecoder => new TextDecoder('utf-8', { fatal, ignoreBOM: true });
  if (anyEncoding) return decodeLeniently(bytes);
  try {
    return decoder(true).decode(bytes);
  } catch (cause) {
    const text = decoder(false).decode(bytes);
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
    throw new UnreadableFile('not-utf-8', `It is not UTF-8 (line ${line}).`, { cause, line });
  }
}

function refused(error: unknown): UnreadableFile {
  if (error instanceof UnreadableFile) return error;
  const missing = isMissing(error);
  const why = messageOf(error);
  // A socket can't be opened as a file.
  if (systemCode(error) === 'ENXIO')
    return new UnreadableFile('not-a-file', 'It is not a regular file.', { cause: error });
  return new UnreadableFile(missing ? 'missing' : 'failed', missing ? 'It does not exist.' : why, { cause: error });
}
