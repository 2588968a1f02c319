import { forward, send, type Serve } from './region-proxy.ts';

/** Which requests a token ends at. */
export interface End {
  /** Of method and path, e.g. `/^PUT .*\/file$/`. */
  readonly at: RegExp;
  /** How many tokens end there, one after the other. */
  readonly times: number;
}

/** A region to which tokens end in the middle of things: one that has ended is refused from then on, as Glance refuses it. */
export class EndingTokens {
  /** The tokens that came, in order, each once. */
  readonly tokens: string[] = [];
  /** Bodies of uploads that got through, in bytes. */
  readonly received: number[] = [];
  readonly #ended = new Set<string>();
  readonly #end: End;

  constructor(end: End) {
    this.#end = end;
  }

  readonly serve: Serve = async (request, response, glance) => {
    const { method = 'GET', url = '/' } = request;
    const token = String(request.headers['x-auth-token']);
    if (!this.tokens.includes(token)) this.tokens.push(token);
    if (this.#end.at.test(`${method} ${url}`) && this.#ended.size < this.#end.times) this.#ended.add(token);
    if (this.#ended.has(token)) {
      request.resume();
      const headers = { 'content-type': 'text/plain; charset=UTF-8', 'www-authenticate': 'Keystone uri="http://x/v3"' };
      response.writeHead(401, headers).end('401 Unauthorized\n\nThis server could not verify that you are authorized');
      return;
    }
    if (url.endsWith('/file') && method === 'PUT') this.received.push(Number(request.headers['content-length']));
    const answer = await forward(request, `${glance}${url}`);
    send(response, answer, answer.body);
  };
}
