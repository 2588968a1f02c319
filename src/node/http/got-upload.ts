import type { Request } from 'got';
import { setImmediate } from 'node:timers/promises';
import { Failure, toFailure } from '../../core/failure.ts';
import type { HttpAnswer, HttpUpload } from '../../core/http/http.ts';

/** Probes that keep a silent connection alive in the tables of routers, ms. */
const KEEP_ALIVE = 30_000;

export interface GotUploadOptions {
  /** Settles once the request has its connection. */
  readonly connected: Promise<void>;
  /** Bytes that `Content-Length` promised. */
  readonly size: number;
  /** ms that the server may take for its answer once it has all bytes: it stores and hashes them first. */
  readonly answerTimeout: number;
  /** `host:port`, for messages. */
  readonly host: string;
}

/** A body on its way through a stream of `got`, counted, so that neither a short nor a long one ends cleanly. */
export class GotUpload implements HttpUpload {
  readonly early: Promise<HttpAnswer>;
  readonly #stream: Request;
  readonly #answer: Promise<HttpAnswer>;
  readonly #options: GotUploadOptions;
  #remaining: number;
  #early: HttpAnswer | undefined;
  /** Why nothing more can be written. */
  #over: Failure | undefined;
  /** The write under way. Its callback may never come once the socket broke or the server answered. */
  #writing: { readonly resolve: () => void; readonly reject: (reason: Failure) => void } | undefined;

  /** `answer` settles with the answer of `stream`, or rejects with a `Failure`. */
  constructor(stream: Request, answer: Promise<HttpAnswer>, options: GotUploadOptions) {
    this.#stream = stream;
    this.#answer = answer;
    this.#options = options;
    this.#remaining = options.size;
    this.early = new Promise((resolve) => {
      answer.then(
        (known) => {
          if (this.#answered(known)) resolve(known);
        },
        (error: unknown) => this.#end(error as Failure),
      );
    });
  }

  async write(piece: Uint8Array): Promise<void> {
    // An answer that is here already is read before the write finds the pipe broken, which would lose it. The first turn may
    // come before the sockets are looked at, the second can't.
    await setImmediate();
    await setImmediate();
    if (this.#over !== undefined) throw this.#over;
    if (piece.length > this.#remaining) {
      const failure = new Failure('body-size', `The body is longer than the ${this.#options.size} bytes announced.`);
      this.destroy(failure);
      throw failure;
    }
    this.#remaining -= piece.length;
    await new Promise<void>((resolve, reject) => {
      this.#writing = { resolve, reject };
      void this.#options.connected.then(() => {
        this.#stream.write(piece, (error) => {
          // A broken socket makes the answer fail, or leaves one to be read: either of them ends this write.
          if (!error) resolve();
        });
      });
    });
    this.#writing = undefined;
  }

  async finish(): Promise<HttpAnswer> {
    if (this.#early !== undefined) return this.#early;
    if (this.#over !== undefined) throw this.#over;
    if (this.#remaining > 0) {
      const failure = new Failure('body-size', `The body ended ${this.#remaining} bytes before its announced length.`);
      this.destroy(failure);
      throw failure;
    }
    this.#stream.end();
    this.#stream.socket?.setTimeout(this.#options.answerTimeout);
    this.#stream.socket?.setKeepAlive(true, KEEP_ALIVE);
    return this.#answer;
  }

  destroy(reason: unknown): void {
    this.#over ??= toFailure(reason);
    this.#stream.destroy(this.#over);
  }

  /** Whether the answer came before the body ended. */
  #answered(answer: HttpAnswer): boolean {
    if (this.#remaining === 0) {
      this.#writing?.resolve();
      return false;
    }
    this.#early = answer;
    this.#end(
      new Failure('answered-early', `${this.#options.host} answered ${answer.status} before the body ended.`, {
        status: answer.status,
      }),
    );
    this.#stream.destroy();
    return true;
  }

  #end(failure: Failure): void {
    this.#over ??= failure;
    this.#writing?.reject(failure);
  }
}
