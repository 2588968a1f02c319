import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { unpackedVsix } from '../../host/vsix.ts';
import { BZ2, CONTENT, XZ } from '../../unit/node/compressed-samples.ts';
import type { Target } from '../target.ts';

const MEBIBYTE = 1024 * 1024;
const LIMITS = { byRatio: 32 * MEBIBYTE, byRoom: 64 * MEBIBYTE };
const WHY: ReadonlySet<unknown> = new Set(['corrupt', 'ratio', 'room', 'unreadable', 'unwritable']);
/** What a library says of itself and not of the data. */
const OWN_FAULT = /Cannot read prop|is not a (function|constructor)|undefined|not defined|Maximum call stack/;

interface Said {
  readonly type: 'progress' | 'done' | 'failed';
  readonly why?: unknown;
  readonly message?: string;
}

/** Compressed streams, on the built worker. */
export const streamTargets: readonly Target[] = [
  stream('gz', [gzipSync(CONTENT), Buffer.concat([gzipSync(Buffer.from('a')), gzipSync(Buffer.from('b'))])]),
  stream('zst', [zstdCompressSync(CONTENT), zstdCompressSync(Buffer.alloc(5 * MEBIBYTE))]),
  stream('bz2', [BZ2]),
  stream('xz', [XZ]),
];

function stream(compression: string, samples: readonly Uint8Array[]): Target {
  return {
    name: `streams: ${compression}`,
    kind: 'bytes',
    samples,
    largest: 100_000,
    turn: 500,
    run: async ({ bytes }) => {
      const folder = await mkdtemp(join(tmpdir(), 'glance-images-fuzz-'));
      try {
        return await decompressed(bytes, compression, folder, join(unpackedVsix(), 'dist', 'decompress-worker.cjs'));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function decompressed(
  bytes: Uint8Array,
  compression: string,
  folder: string,
  file: string,
): Promise<string | undefined> {
  const [input, output] = [join(folder, 'input'), join(folder, `output-${randomUUID()}`)];
  await writeFile(input, bytes);
  const worker = new Worker(file, { workerData: { input, output, compression, limits: LIMITS }, stderr: true });
  const said = await new Promise<Said | string>((resolve) => {
    worker.on('message', (message: Said) => {
      if (message.type !== 'progress') resolve(message);
    });
    worker.on('error', (error) => resolve(`the worker broke: ${String(error)}`));
    worker.on('exit', () => resolve('the worker ended without a word'));
  });
  await worker.terminate();
  if (typeof said === 'string') return said;
  if (said.type === 'failed' && (!WHY.has(said.why) || OWN_FAULT.test(said.message ?? '')))
    return `it says ${String(said.why)}: ${String(said.message)}`;
  const { size } = await stat(output).catch(() => ({ size: 0 }));
  return size > LIMITS.byRatio ? `it wrote ${String(size)} bytes` : undefined;
}
