import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../silent-log.ts';
import { UrlCache, type UrlRequest } from '../../../../../src/core/source/url/url-cache.ts';
import { LocalCacheFolder } from '../../../../../src/node/files/cache-folder.ts';
import { WorkerDigests } from '../../../../../src/node/workers/digest-workers.ts';
import { LocalSourceFiles } from '../../../../../src/node/files/source-files.ts';
import { afterTest, http, kept } from '../../http/surroundings.ts';
import { serve, type Seen, type TestServer } from '../../http/test-server.ts';

/** A server with one file, which counts the bytes that it puts on the wire. */
export class Origin {
  body: Buffer;
  etag: string | undefined = '"one"';
  /** Answers instead, where it returns true. */
  intercept: (seen: Seen, response: ServerResponse, request: number) => boolean = () => false;
  bytesSent = 0;
  #server: TestServer | undefined;

  constructor(body: Buffer) {
    this.body = body;
  }

  static async start(body: Buffer): Promise<Origin> {
    const origin = new Origin(body);
    origin.#server = kept(await serve((seen, response) => origin.#answer(seen, response)));
    return origin;
  }

  get url(): string {
    return `${this.#server?.url ?? ''}/disk.img`;
  }

  get seen(): readonly Seen[] {
    return this.#server?.seen ?? [];
  }

  /** Sends so many bytes of the body and then breaks the connection. */
  cut(response: ServerResponse, bytes: number): void {
    const headers = { 'content-length': this.body.length, ...(this.etag === undefined ? {} : { etag: this.etag }) };
    response.writeHead(200, headers);
    this.bytesSent += bytes;
    response.write(this.body.subarray(0, bytes), () => response.destroy());
  }

  #answer(seen: Seen, response: ServerResponse): void {
    if (this.intercept(seen, response, this.seen.length)) return;
    const validator = this.etag === undefined ? {} : { etag: this.etag };
    if (this.etag !== undefined && seen.headers['if-none-match'] === this.etag) {
      response.writeHead(304, validator).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(seen.headers.range ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(start) || seen.headers['if-range'] !== this.etag) {
      this.bytesSent += this.body.length;
      response.writeHead(200, { ...validator, 'content-length': this.body.length }).end(this.body);
      return;
    }
    const rest = this.body.subarray(start);
    this.bytesSent += rest.length;
    const range = `bytes ${start}-${this.body.length - 1}/${this.body.length}`;
    response.writeHead(206, { ...validator, 'content-length': rest.length, 'content-range': range }).end(rest);
  }
}

/** A cache in a folder of its own, gone after the test. */
export async function cacheInFolder(): Promise<{ readonly cache: UrlCache; readonly folder: LocalCacheFolder }> {
  const path = await mkdtemp(join(tmpdir(), 'glance-images-cache-'));
  afterTest(() => rm(path, { recursive: true, force: true }));
  const folder = new LocalCacheFolder(path);
  const workers = new WorkerDigests();
  afterTest(() => workers.dispose());
  const cache = new UrlCache({
    folder,
    http: http(),
    workers,
    files: new LocalSourceFiles(),
    log: silentLog,
    pause: () => Promise.resolve(),
    now: () => new Date('2026-01-02T03:04:05Z'),
  });
  return { cache, folder };
}

/** A question for a file. */
export function wanted(url: string, more: Partial<UrlRequest> = {}): UrlRequest {
  return { url, written: url, decompress: false, stallTimeout: 60_000, signal: undefined, ...more };
}

export function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

export const nothing = (): void => undefined;
