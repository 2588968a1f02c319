import type { DecompressionTask } from '../../core/source/decompress/ports.ts';

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
