import type { Request } from 'got';
import { setImmediate } from 'node:timers/promises';
import { Failure, toFailure } from '../../core/failure.ts';
import type { HttpAnswer, HttpUpload } from '../../core/http/http.ts';

/** ms between TCP keep-alive probes, which keep a silent connection in the tables of routers. */
const KEEP_ALIVE = 30_000;

export interface GotUploadOptions {
  /** Settles once the request has its connection. */
  readonly connected: Promise<void>;
  /** The `Content-Length`. */
  readonly size: number;
  /** ms that the server may take to answer after the last byte: it stores and hashes first. */
  readonly answerTimeout: number;
  /** `host:port`, for messages. */
  readonly host: string;
}

/** A body sent through a stream of `got`. It counts bytes, so that a body of the wrong length never ends cleanly. */
export class GotUpload implements HttpUpload {
  readonly early: Promise<HttpAnswer>;
  readonly #stream: Request;
  readonly #answer: Promise<HttpAnswer>;
  readonly #options: GotUploadOptions;
  #remaining: number;
  #early: HttpAnswer | undefined;
  /** Why no more can be written. */
  #over: Failure | undefined;
  /** The current write. Its callback may never come if the socket broke or the server answered. */
  #writing: { readonly resolve: () => void; readonly reject: (reason: Failure) => void } | undefined;

  /** `answer` resolves with the answer of `stream`, or rejects with a `Failure`. */
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
    // Reads an answer that has already arrived before a write finds the pipe broken and loses it. The first turn may
    // come before the sockets are polled, the second can't.
    await setImmediate();
    await setImmediate();
    if (this.#over !== undefined) throw this.#over;
    if (piece.length > this.#remaining) {
      const failure = new Failure('body-size', `The body is longer than the announced ${this.#options.size} bytes.`);
      this.destroy(failure);
      throw failure;
    }
    this.#remaining -= piece.length;
    await new Promise<void>((resolve, reject) => {
      this.#writing = { resolve, reject };
      void this.#options.connected.then(() => {
        this.#stream.write(piece, (error) => {
          // A broken socket makes the answer fail or leaves it readable: either ends this write.
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

  /** Whether the answer arrived before the end of the body. */
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
