import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Random } from '../host/random.ts';

export type Format = 'raw' | 'qcow2';
export type Compression = 'none' | 'gz' | 'bz2' | 'xz' | 'zst';

/** Bytes of a source, and what an image made from them holds. */
export interface Content {
  /** As they lie in the file. */
  readonly stored: Buffer;
  readonly compression: Compression;
  readonly size: number;
  /** Of the bytes as an image has them. */
  readonly sha512: string;
}

const KIBIBYTE = 1024;
const PROGRAMS: Readonly<Record<'bz2' | 'xz', string>> = { bz2: 'bzip2', xz: 'xz' };

/** Those that this machine can make: bzip2 and xz need their programs. */
export const COMPRESSIONS: readonly Compression[] = [
  'none',
  'gz',
  'zst',
  ...(['bz2', 'xz'] as const).filter((name) => packed(name, Buffer.from('x')) !== undefined),
];

export function randomContent(random: Random, format: Format, compression: Compression): Content {
  const bytes = format === 'raw' ? random.bytes(rawSize(random)) : qcow2(random);
  return contentOf(bytes, compression);
}

/** @throws Error where the compression is none of `COMPRESSIONS` */
function contentOf(bytes: Buffer, compression: Compression): Content {
  const stored = packed(compression, bytes);
  if (stored === undefined) throw new Error(`Nothing here makes ${compression}.`);
  return { stored, compression, size: bytes.length, sha512: createHash('sha512').update(bytes).digest('hex') };
}

function rawSize(random: Random): number {
  return random.pick([
    1,
    random.int(2, 600),
    64 * KIBIBYTE - 1,
    random.int(KIBIBYTE, 300 * KIBIBYTE),
    random.int(300 * KIBIBYTE, 6 * KIBIBYTE * KIBIBYTE),
  ]);
}

/** A qcow2 of version 2 whose disk has no cluster of its own, with bytes behind its tables that make each another one. */
function qcow2(random: Random): Buffer {
  const cluster = 64 * KIBIBYTE;
  const header = Buffer.alloc(4 * cluster);
  header.write('QFI\xfb', 0, 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(BigInt(random.int(1, 64)) * 1024n * 1024n, 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(BigInt(3 * cluster), 40);
  header.writeBigUInt64BE(BigInt(cluster), 48);
  header.writeUInt32BE(1, 56);
  header.writeBigUInt64BE(BigInt(2 * cluster), cluster);
  for (let index = 0; index < 4; index += 1) header.writeUInt16BE(1, 2 * cluster + 2 * index);
  return Buffer.concat([header, random.bytes(random.int(1, 30) * cluster)]);
}

function packed(compression: Compression, bytes: Buffer): Buffer | undefined {
  if (compression === 'none') return bytes;
  if (compression === 'gz') return gzipSync(bytes, { level: 1 });
  if (compression === 'zst') return zstdCompressSync(bytes);
  try {
    const options = { input: bytes, maxBuffer: 64 * KIBIBYTE * KIBIBYTE, stdio: ['pipe', 'pipe', 'ignore'] } as const;
    return execFileSync(PROGRAMS[compression], ['-c', '-1'], { ...options, stdio: [...options.stdio] });
  } catch {
    return undefined;
  }
}
