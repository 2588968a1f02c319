// Runs in a worker thread: decompresses one file into another.
import { closeSync, createReadStream, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import Bunzip from 'seek-bzip';
import xz from 'xz-decompress';
import { isOutOfRoom } from '../files/file-system.ts';
import { messageOf } from '../../core/failure.ts';
import type { DecompressWork, FromDecompressWorker } from './decompress-workers.ts';
import { createNewSync } from '../files/strict-files.ts';

const PIECE = 1024 * 1024;
/** Bytes of input between two messages. */
const STEP = 4 * PIECE;

class Refused extends Error {
  readonly why: Extract<FromDecompressWorker, { type: 'failed' }>['why'];

  constructor(why: Refused['why'], message: string) {
    super(message);
    this.why = why;
  }
}

function tell(message: FromDecompressWorker): void {
  parentPort?.postMessage(message);
}

/** Reports progress at the first piece and then at intervals. */
function reporter(): (read: number) => void {
  let told = -STEP;
  return (read) => {
    if (read - told < STEP) return;
    told = read;
    tell({ type: 'progress', read });
  };
}

/** The output, with its limits. */
class Output {
  written = 0;
  readonly #file: number;
  readonly #limits: DecompressWork['limits'];

  constructor(path: string, limits: DecompressWork['limits']) {
    this.#file = attempt('unwritable', () => createNewSync(path));
    this.#limits = limits;
  }

  write(piece: Uint8Array): void {
    const end = this.written + piece.length;
    if (end > this.#limits.byRoom) throw new Refused('room', '');
    if (end > this.#limits.byRatio) throw new Refused('ratio', '');
    attempt('unwritable', () => {
      for (let from = 0; from < piece.length;) from += writeSync(this.#file, piece, from);
    });
    this.written = end;
  }

  close(): void {
    attempt('unwritable', () => {
      fsyncSync(this.#file);
      closeSync(this.#file);
    });
  }
}

function attempt<T>(why: Refused['why'], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isOutOfRoom(error)) throw new Refused('room', '');
    throw new Refused(why, messageOf(error));
  }
}

async function unpackGzip(input: string, output: Output): Promise<void> {
  const progress = reporter();
  let read = 0;
  const source = createReadStream(input, { highWaterMark: PIECE });
  const decoder = createGunzip({ chunkSize: PIECE });
  source.on('data', (piece) => progress((read += piece.length)));
  source.on('error', (error) => decoder.destroy(new Refused('unreadable', error.message)));
  for await (const piece of source.pipe(decoder)) output.write(piece as Buffer);
}

async function unpackXz(input: string, output: Output): Promise<void> {
  const progress = reporter();
  let read = 0;
  const source = createReadStream(input, { highWaterMark: PIECE });
  source.on('data', (piece) => progress((read += piece.length)));
  source.pause();
  for await (const piece of new xz.XzReadableStream(Readable.toWeb(source) as ReadableStream<Uint8Array>))
    output.write(piece);
}

/** Reads synchronously, a byte at a time for the decoder, a piece at a time from the disk. */
class InputFile {
  readonly #file: number;
  readonly #piece = Buffer.allocUnsafe(PIECE);
  readonly #progress = reporter();
  readonly #size: number;
  #length = 0;
  #next = 0;
  #read = 0;

  constructor(path: string) {
    this.#file = attempt('unreadable', () => openSync(path, 'r'));
    this.#size = fstatSync(this.#file).size;
  }

  get ended(): boolean {
    return this.#read >= this.#size && this.#next >= this.#length;
  }

  readByte(): number {
    if (this.#next >= this.#length) {
      this.#length = attempt('unreadable', () => readSync(this.#file, this.#piece));
      this.#next = 0;
      if (this.#length === 0) throw new Refused('corrupt', 'It is truncated.');
      this.#progress((this.#read += this.#length));
    }
    const byte = this.#piece[this.#next] ?? 0;
    this.#next += 1;
    return byte;
  }

  /** Passes over zeros, which tapes and some tools leave behind the end. */
  skipPadding(): void {
    while (!this.ended) {
      if (this.readByte() === 0) continue;
      this.#next -= 1;
      return;
    }
  }

  /** Reads bytes into a buffer, as the bzip2 decoder asks for them. */
  read(buffer: Uint8Array, offset: number, length: number): number {
    for (let index = 0; index < length; index += 1) buffer[offset + index] = this.readByte();
    return length;
  }

  /** Reads exactly this many bytes. Throws if the file ends before. */
  take(count: number): Buffer {
    const taken = Buffer.allocUnsafe(count);
    for (let index = 0; index < count; index += 1) taken[index] = this.readByte();
    return taken;
  }

  close(): void {
    closeSync(this.#file);
  }
}

const ZSTD_SKIPPABLE = 0x184d2a50;
const ZSTD_RLE = 1;
/** The largest window of the format's usual programs, `zstd --long=31`: 2 GiB. Node takes 128 MiB unless told otherwise. */
const ZSTD_WINDOW_LOG = 31;

/**
 * One zstd frame after its magic number, block by block: Node's decoder drops what follows a frame in the same piece, so
 * each frame gets a decoder of its own. @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
 */
function* zstdFrame(input: InputFile, magic: Buffer): Generator<Buffer> {
  const descriptor = input.take(1);
  const flags = descriptor.readUInt8();
  const single = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  yield Buffer.concat([magic, descriptor, input.take((single ? 0 : 1) + dictionary + contentSize)]);
  for (let last = false; !last;) {
    const header = input.take(3);
    const block = header.readUIntLE(0, 3);
    last = (block & 1) === 1;
    const length = ((block >> 1) & 3) === ZSTD_RLE ? 1 : block >> 3;
    yield Buffer.concat([header, input.take(length)]);
  }
  if ((flags & 4) !== 0) yield input.take(4);
}

async function unpackZstd(path: string, output: Output): Promise<void> {
  const input = new InputFile(path);
  try {
    while (!input.ended) {
      const magic = input.take(4);
      if ((magic.readUInt32LE() & 0xfffffff0) === ZSTD_SKIPPABLE) {
        for (let left = input.take(4).readUInt32LE(); left > 0; left -= 1) input.readByte();
        continue;
      }
      const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
      const decoder = createZstdDecompress({ chunkSize: PIECE, params });
      const frame = Readable.from(zstdFrame(input, magic), { objectMode: false });
      frame.on('error', (error) => decoder.destroy(error));
      for await (const piece of frame.pipe(decoder)) output.write(piece as Buffer);
    }
  } finally {
    input.close();
  }
}

function unpackBzip2(path: string, output: Output): void {
  const input = new InputFile(path);
  const piece = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  const flush = (): void => {
    output.write(piece.subarray(0, filled));
    filled = 0;
  };
  const sink = {
    writeByte(byte: number): void {
      piece[filled] = byte;
      filled += 1;
      if (filled === PIECE) flush();
    },
  };
  try {
    do {
      Bunzip.decode(input, sink);
      input.skipPadding();
    } while (!input.ended);
    flush();
  } finally {
    input.close();
  }
}

/** Errors of zlib, zstd and xz-embedded for features that the decoder does not support. @see https://tukaani.org/xz/embedded.html */
const UNSUPPORTED =
  /^(Z_NEED_DICT|ZSTD_error_(frameParameter_|parameter_unsupported|version_unsupported|dictionary_wrong).*|get_next_output failed with error code [346])$/;
/** Their errors for damaged data. */
const CORRUPT = /^(Z_(DATA|BUF)_ERROR|ZSTD_error_.*|get_next_output failed with error code \d+)$/;

/** What a decoder's error means for the file. An unknown error is a `fault`, which may be ours. */
function verdict(error: unknown): 'corrupt' | 'unsupported' | 'fault' {
  if (!(error instanceof Error)) return 'fault';
  // Errors of seek-bzip have a number.
  if ('errorCode' in error && typeof error.errorCode === 'number') return 'corrupt';
  const word = 'code' in error ? String(error.code) : error.message;
  if (UNSUPPORTED.test(word)) return 'unsupported';
  return CORRUPT.test(word) ? 'corrupt' : 'fault';
}

async function run({ input, output: path, compression, limits }: DecompressWork): Promise<void> {
  const output = new Output(path, limits);
  switch (compression) {
    case 'gz':
      await unpackGzip(input, output);
      break;
    case 'zst':
      await unpackZstd(input, output);
      break;
    case 'xz':
      await unpackXz(input, output);
      break;
    case 'bz2':
      unpackBzip2(input, output);
      break;
  }
  output.close();
  tell({ type: 'done', written: output.written });
}

run(workerData as DecompressWork).catch((error: unknown) => {
  const message = messageOf(error);
  tell({ type: 'failed', why: error instanceof Refused ? error.why : verdict(error), message });
});
