import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../core/failure.ts';
import { RATIO_AT_MOST, type DecompressionTask, type Decompressor } from '../../core/source/decompress/compression.ts';

/** What a decompressing worker is started with. */
export type DecompressWork = Omit<DecompressionTask, 'signal' | 'onProgress'>;

/** From a decompressing worker. `failed` ends it as `done` does. */
export type FromDecompressWorker =
  | { readonly type: 'progress'; readonly read: number }
  | { readonly type: 'done'; readonly written: number }
  | {
      readonly type: 'failed';
      readonly why: 'corrupt' | 'unsupported' | 'fault' | 'ratio' | 'room' | 'unreadable' | 'unwritable';
      readonly message: string;
    };

/** The worker's file is beside this one, bundled or not. */
const WORKER_FILE = join(import.meta.dirname, `decompress-worker${extname(import.meta.filename)}`);

/** Decompresses in worker threads, one per file. */
export class WorkerDecompressor implements Decompressor {
  readonly #running = new Set<Worker>();

  async decompress(task: DecompressionTask): Promise<number> {
    const { signal, onProgress, ...work } = task;
    signal?.throwIfAborted();
    const worker = new Worker(WORKER_FILE, { workerData: work satisfies DecompressWork });
    this.#running.add(worker);
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise<number>((resolve, reject) => {
        worker.on('message', (message: FromDecompressWorker) => {
          if (message.type === 'progress') onProgress(message.read);
          else if (message.type === 'done') resolve(message.written);
          else reject(failureOf(message, task));
        });
        worker.on('error', reject);
        worker.on('exit', () => {
          reject(new Error('The decompression worker stopped unexpectedly.'));
        });
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#running.delete(worker);
      await worker.terminate();
    }
  }

  /** Stops every running worker. */
  dispose(): void {
    for (const worker of this.#running) void worker.terminate();
  }
}

/** The formats, named as their usual programs. */
const NAMES = { gz: 'gzip', bz2: 'bzip2', xz: 'xz', zst: 'zstd' } as const;

function failureOf(
  { why, message }: Extract<FromDecompressWorker, { type: 'failed' }>,
  { input, output, compression }: DecompressionTask,
): Failure {
  const folder = dirname(output);
  switch (why) {
    case 'corrupt':
      return new Failure(
        'source-corrupt',
        `"${input}" can't be decompressed as ${NAMES[compression]}: ${said(message)}`,
        {
          next: 'Download the file again. With "image_source_checksum", Glance Images checks that it is complete.',
        },
      );
    case 'unsupported':
      return new Failure(
        'compression-unsupported',
        `"${input}" can't be decompressed here as ${NAMES[compression]}: ${said(message)}`,
        {
          next: `Decompress it with "${NAMES[compression]}", or compress it again with the default options of that program.`,
        },
      );
    case 'fault':
      return new Failure(
        'decompression-failed',
        `The ${NAMES[compression]} decompressor failed on "${input}", which may or may not be damaged: ${said(message)}`,
        {
          next: `Check the file with "${NAMES[compression]} -t". If it is intact, this is a bug in Glance Images. Please report it.`,
        },
      );
    case 'ratio':
      return new Failure(
        'decompression-bomb',
        `"${input}" expands to more than ${RATIO_AT_MOST} times its size, which no image does. Nothing was sent.`,
        { next: 'If that is intended, decompress it yourself.' },
      );
    case 'room':
      return new Failure('cache-full', `"${input}" expands to more than the free space in "${folder}".`, {
        next: 'Free some space ("glance-images cache clear" empties the cache), or choose another folder with "image_cache_path".',
      });
    case 'unreadable':
      return new Failure('source-unreadable', `The file "${input}" can't be read: ${message}`);
    case 'unwritable':
      return new Failure('cache-not-writable', `The cache folder "${folder}" can't be written: ${message}`, {
        next: 'Make the folder writable, or choose another one with "image_cache_path".',
      });
  }
}

/** Error codes of xz-embedded, as the library returns them. @see https://tukaani.org/xz/embedded.html */
const XZ_CODES: Readonly<Record<string, string>> = {
  3: 'it needs more memory than is allowed',
  4: 'it needs more memory than is allowed',
  6: 'it uses an option (a filter or a check) that is not supported here',
  7: 'its data is damaged',
  8: 'it is truncated, or data follows its end',
};

function said(message: string): string {
  const code = /^get_next_output failed with error code (\d+)$/.exec(message)?.[1];
  const text = code === undefined ? message : (XZ_CODES[code] ?? 'its data is damaged');
  return text.endsWith('.') ? text : `${text}.`;
}
