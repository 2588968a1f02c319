import { errorText, failureOf, field, parseJson } from '../http/answers.ts';
import type { HttpAnswer } from '../http/http.ts';
import type { LiveImage } from './image.ts';
import { parseImage } from './image-parser.ts';
import type { ListQuery } from './service.ts';

/** Glance caps a page silently at this. */
const PAGE_AT_MOST = 1000;

/** Asks for one page by its path and query. 400 is passed on: a marker that was deleted meanwhile answers it. */
type AskPage = (path: string) => Promise<{ readonly answer: HttpAnswer; readonly requestId: string }>;

/**
 * Pages of images by our own marker: Glance's `next` loses repeated parameters and prefix paths. A page that repeats what
 * was seen ends the listing, and a marker that was deleted meanwhile starts it again, once, without duplicates.
 */
export async function* listPages(query: ListQuery, ask: AskPage): AsyncIterable<readonly LiveImage[]> {
  const seen = new Set<string>();
  const limit = Math.min(query.pageSize ?? 100, PAGE_AT_MOST);
  let marker: string | undefined;
  let restarts = 0;
  for (;;) {
    const { answer, requestId } = await ask(`/images?${search(query, limit, marker)}`);
    if (answer.status === 400) {
      if (marker === undefined || restarts === 1 || !/image/i.test(errorText(answer))) {
        throw failureOf(answer, 'invalid-request', 'Listing images failed', { requestId });
      }
      restarts += 1;
      marker = undefined;
      continue;
    }
    const images = readPage(answer);
    const fresh = images.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    const wanted = query.name === undefined ? fresh : fresh.filter(({ name }) => name === query.name);
    if (wanted.length > 0 || marker === undefined) yield wanted;
    const next = images.at(-1)?.id;
    const more = field(parseJson(answer.body), 'next') !== undefined || images.length === limit;
    if (next === undefined || next === marker || !more || (fresh.length === 0 && restarts === 0)) return;
    marker = next;
  }
}

function search(query: ListQuery, limit: number, marker: string | undefined): string {
  const parameters = new URLSearchParams({ limit: String(limit), ...query.parameters });
  // `eq:`, because a name may look like an operator.
  if (query.name !== undefined) parameters.set('name', `eq:${query.name}`);
  if (query.owner !== undefined) parameters.set('owner', query.owner);
  if (query.hidden !== undefined) parameters.set('os_hidden', String(query.hidden));
  if (marker !== undefined) parameters.set('marker', marker);
  return parameters.toString();
}

function readPage(answer: HttpAnswer): readonly LiveImage[] {
  const images = field(parseJson(answer.body), 'images');
  return Array.isArray(images) ? images.map((image: unknown) => parseImage(image)) : [];
}
