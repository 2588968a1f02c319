import type { Serve } from './region-proxy.ts';
import { forward, send } from './region-proxy.ts';

/** A region that is Glance's own, and counts what it is asked. */
export class CountedRegion {
  #requests: string[] = [];

  readonly serve: Serve = async (request, response, glance) => {
    const { method = 'GET', url = '/' } = request;
    const path = url.replace(/^\/v2/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
    this.#requests.push(`${method} ${path.replace(/\?.*/, '')}`);
    const answer = await forward(request, `${glance}${url}`);
    send(response, answer, answer.body);
  };

  /** How often each request came since the last call, by method and path without ids. */
  taken(): ReadonlyMap<string, number> {
    const counted = Map.groupBy(this.#requests, (request) => request);
    this.#requests = [];
    return new Map([...counted].map(([request, each]) => [request, each.length]));
  }
}
