import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { forward, headersOf, send, type Serve } from './region-proxy.ts';

/** Where and how the way between a client and one region's Glance is cut. */
export interface Cut {
  /** Which of the requests that change something, from 0. */
  readonly step: number;
  /**
   * `before`: Glance never sees the request; `after`: it carries it out, and its answer is lost; `middle`: it gets half of
   * an image's data.
   */
  readonly when: 'before' | 'after' | 'middle';
  /** Told at the cut, and waited for before anything else happens. */
  readonly onCut: () => Promise<void>;
}

/** A region whose way is cut at one request; from then on nothing comes through. Also counts the requests that change something. */
export class CutRegion {
  /** Methods and paths of the requests that change something, without ids, in order. */
  readonly writes: string[] = [];
  readonly #cut: Cut | undefined;
  #down = false;

  /** Whether the cut came. */
  get isCut(): boolean {
    return this.#down;
  }

  constructor(cut?: Cut) {
    this.#cut = cut;
  }

  readonly serve: Serve = async (request, response, glance) => {
    if (this.#down) {
      response.destroy();
      return;
    }
    const { method = 'GET', url = '/' } = request;
    const step = method === 'GET' ? undefined : this.writes.push(described(method, url)) - 1;
    const cut = step === this.#cut?.step ? this.#cut : undefined;
    if (cut?.when === 'before') return this.#end(cut, response);
    if (cut?.when === 'middle') return this.#sendHalf(cut, request, response, glance);
    const answer = await forward(request, `${glance}${url}`);
    if (cut?.when === 'after') return this.#end(cut, response);
    send(response, answer, answer.body);
  };

  async #end({ onCut }: Cut, response: ServerResponse): Promise<void> {
    this.#down = true;
    await onCut();
    response.destroy();
  }

  /** Passes half of the body on, in pieces, and then lets go of both sides. */
  async #sendHalf(cut: Cut, request: IncomingMessage, response: ServerResponse, glance: string): Promise<void> {
    const size = Number(request.headers['content-length']);
    const headers = { ...headersOf(request), 'content-length': String(size) };
    const upstream = httpRequest(`${glance}${request.url ?? '/'}`, { method: 'PUT', headers });
    upstream.on('error', () => undefined);
    let sent = 0;
    for await (const piece of request) {
      const bytes = (piece as Buffer).subarray(0, Math.max(0, Math.floor(size / 2) - sent));
      sent += bytes.length;
      await new Promise((resolve) => upstream.write(bytes, resolve));
      if (sent >= Math.floor(size / 2)) break;
    }
    this.#down = true;
    await cut.onCut();
    upstream.destroy();
    response.destroy();
  }
}

function described(method: string, url: string): string {
  const path = url.replace(/^\/v2/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
  return `${method} ${path}`;
}
