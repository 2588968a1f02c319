import { forward, parsed, send, type Serve } from './region-proxy.ts';

/** What stands between a client and one region's Glance: an answer instead of Glance's, or the same body with something changed. */
export interface Alteration {
  readonly region: string;
  /** Of the path, e.g. `/\/file$/`; all where omitted. */
  readonly path?: RegExp;
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** Changes a JSON body. */
  readonly alter?: (body: unknown) => unknown;
}

/** Answers as Glance does, but for what is altered. */
export function altered({ path = /./, answer, alter }: Alteration): Serve {
  return async (request, response, glance) => {
    const url = request.url ?? '/';
    if (answer !== undefined && path.test(url)) {
      request.resume();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const real = await forward(request, `${glance}${url}`);
    const changed = alter !== undefined && path.test(url);
    send(response, real, changed ? JSON.stringify(alter(parsed(real.body))) : real.body);
  };
}
