import { parsed, forward, send, type Serve } from './region-proxy.ts';

/** How an answer with an image's data goes wrong. */
export type DownloadFault =
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing more comes, and the connection stays. */
  | { readonly kind: 'held'; readonly after: number }
  /** All of it, though a part was asked for; as a part that begins at 0, as one that begins where it was asked for, or as the whole. */
  | { readonly kind: 'whole'; readonly as: 'part' | 'part from there' | 'whole' }
  | { readonly kind: 'others'; readonly bytes: Buffer };

/** A region whose next answers with an image's data go wrong, one after the other; from then on Glance's own come. */
export class DownloadRegion {
  /** The `range` of each request for data, in order. */
  readonly ranges: (string | undefined)[] = [];
  readonly #faults: DownloadFault[];
  readonly #alter: ((image: object) => object) | undefined;

  /** @param alter changes what Glance says of an image */
  constructor(faults: readonly DownloadFault[], alter?: (image: object) => object) {
    this.#faults = [...faults];
    this.#alter = alter;
  }

  readonly serve: Serve = async (request, response, glance) => {
    const { url = '/', headers, method } = request;
    const isData = method === 'GET' && url.endsWith('/file');
    const { range } = headers;
    if (isData) this.ranges.push(range);
    const fault = isData ? this.#faults.shift() : undefined;
    if (fault?.kind === 'whole') delete headers.range;
    const answer = await forward(request, `${glance}${url}`);
    if (fault === undefined) {
      const alter = /\/images\/[0-9a-f-]{36}$/.test(url) ? this.#alter : undefined;
      const body = alter === undefined ? answer.body : JSON.stringify(alter(parsed(answer.body) as object));
      send(response, answer, body);
      return;
    }
    const size = answer.body.length;
    switch (fault.kind) {
      case 'cut':
      case 'held':
        response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': String(size) });
        response.write(answer.body.subarray(0, fault.after), () => fault.kind === 'cut' && response.destroy());
        return;
      case 'whole': {
        const from = fault.as === 'part' ? 0 : Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
        const part = fault.as === 'whole' ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` };
        response.writeHead(fault.as === 'whole' ? 200 : 206, { 'content-length': String(size), ...part });
        response.end(answer.body);
        return;
      }
      case 'others':
        response.writeHead(200, { 'content-length': String(fault.bytes.length) }).end(fault.bytes);
    }
  };
}
