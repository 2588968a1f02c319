import { forward, send, type Serve } from './region-proxy.ts';

/** A region that keeps one request back until it is let go on. */
export class HeldRegion {
  /** Settles once the request is there. Nobody but us has seen it then. */
  readonly reached: Promise<void>;
  readonly #holds: (method: string, url: string) => boolean;
  readonly #reached = Promise.withResolvers<undefined>();
  readonly #released = Promise.withResolvers<undefined>();
  #held = false;

  /** @param holds told method and path of each request, until it says yes */
  constructor(holds: (method: string, url: string) => boolean) {
    this.#holds = holds;
    this.reached = this.#reached.promise.then(() => undefined);
  }

  /** The request goes on, from wherever it was held. */
  release(): void {
    this.#released.resolve(undefined);
  }

  readonly serve: Serve = async (request, response, glance) => {
    const { method = 'GET', url = '/' } = request;
    if (!this.#held && this.#holds(method, url)) {
      this.#held = true;
      this.#reached.resolve(undefined);
      await this.#released.promise;
    }
    const answer = await forward(request, `${glance}${url}`);
    send(response, answer, answer.body);
  };
}

/** Holds the data of an image back. */
export function ofUpload(method: string, url: string): boolean {
  return method === 'PUT' && url.endsWith('/file');
}
