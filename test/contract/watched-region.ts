import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { headersOf, send, type Serve } from './region-proxy.ts';

/** What happens at one request on its way to a region's Glance. */
export interface Happening {
  /** Of method and path, e.g. `/^PUT .*\/file$/`. */
  readonly at: RegExp;
  /** How many such requests it happens to; one where omitted. */
  readonly times?: number;
  /** Waited for before Glance sees anything of the request. */
  readonly before?: (image: string) => Promise<unknown>;
  /** Waited for with half of an image's data at Glance. */
  readonly half?: (image: string) => Promise<unknown>;
  /** Then both sides are cut. */
  readonly cutAtHalf?: boolean;
  /** Instead of Glance's answer: to a request that Glance has carried out, or never sees (`unseen`). */
  readonly answer?: { readonly status: number; readonly unseen?: boolean };
}

/** A region that is Glance's own but for what happens at some requests. Data goes through as it comes. */
export class WatchedRegion {
  /** Methods and paths, without ids, of the requests that change something, in order. */
  readonly writes: string[] = [];
  /** Uploads whose sender let go of the connection before their announced end. */
  broken = 0;
  readonly #plans: { readonly happening: Happening; left: number }[];

  constructor(...happenings: readonly Happening[]) {
    this.#plans = happenings.map((happening) => ({ happening, left: happening.times ?? 1 }));
  }

  readonly serve: Serve = async (request, response, glance) => {
    const { method = 'GET', url = '/' } = request;
    const path = url.replace(/^\/v2/, '');
    if (method !== 'GET') this.writes.push(`${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')}`);
    const plan = this.#plans.find(({ happening, left }) => left > 0 && happening.at.test(`${method} ${path}`));
    if (plan !== undefined) plan.left -= 1;
    const happening = plan?.happening ?? { at: /./ };
    const image = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(path)?.[0] ?? '';
    await happening.before?.(image);
    if (happening.answer?.unseen === true) {
      request.resume();
      await once(request, 'end');
      refuse(response, happening.answer.status);
      return;
    }
    await this.#pass(request, response, { target: `${glance}${url}`, happening, image });
  };

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    { target, happening, image }: { readonly target: string; readonly happening: Happening; readonly image: string },
  ): Promise<void> {
    const { method = 'GET' } = request;
    const length = request.headers['content-length'];
    const headers = { ...headersOf(request), ...(length === undefined ? {} : { 'content-length': length }) };
    const upstream = httpRequest(target, { method, headers });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve).once('error', reject);
    });
    // It may come while data still goes through, and then nothing may say that a write has ended.
    const over = answered.then(
      () => undefined,
      () => undefined,
    );
    request.once('close', () => {
      if (request.complete) return;
      if (method === 'PUT') this.broken += 1;
      upstream.destroy();
    });
    const half = Math.floor(Number(length) / 2);
    let passed = 0;
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        const before = passed;
        passed += piece.length;
        // An answer that is there is read before a write finds the connection closed and loses it.
        await setImmediate();
        await setImmediate();
        await Promise.race([over, new Promise((resolve) => upstream.write(piece, resolve))]);
        if (before >= half || passed < half) continue;
        await happening.half?.(image);
        if (happening.cutAtHalf !== true) continue;
        upstream.destroy();
        response.destroy();
        return;
      }
    } catch {
      // Its sender has gone, which is noted above.
      return;
    }
    upstream.end();
    const answer = await answered;
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    if (happening.answer !== undefined) {
      refuse(response, happening.answer.status);
      return;
    }
    const kept = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    send(
      response,
      { status: answer.statusCode ?? 502, headers: new Headers(kept), body: Buffer.concat(pieces) },
      Buffer.concat(pieces),
    );
  }
}

/** As a balancer before Glance does it. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>No server is available</h1></html>');
}
