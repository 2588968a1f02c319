import { Refusal } from './answers.ts';

/** Methods of one resource. `S` is what a handler gets besides the path's parameters. */
export interface Route<H> {
  /** A path with `:name` for one segment each, e.g. `/images/:id/file`. */
  readonly path: string;
  /** In the order of the `Allow` header of a 405. */
  readonly methods: Readonly<Record<string, H>>;
}

/** A handler and the values of the path's `:name` segments, in their order. */
export interface Match<H> {
  readonly handler: H;
  readonly parameters: readonly string[];
}

/** Finds the handler of a decoded path. Throws 404 without one, 405 with `Allow` if only the method is wrong. */
export function route<H>(routes: readonly Route<H>[], method: string, path: string): Match<H> {
  const segments = path.split('/');
  for (const candidate of routes) {
    const parameters = matchSegments(candidate.path.split('/'), segments);
    if (parameters === undefined) continue;
    const handler = candidate.methods[method];
    if (handler !== undefined) return { handler, parameters };
    throw new Refusal(405, `The method ${method} is not allowed for this resource. `, {
      headers: { allow: Object.keys(candidate.methods).join(', ') },
    });
  }
  throw new Refusal(404);
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: string[] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':') && segment !== '') parameters.push(segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}
