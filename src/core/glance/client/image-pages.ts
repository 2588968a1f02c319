import { Failure } from '../../failure.ts';
import { field, parseJson } from '../../http/answers.ts';
import type { LiveImage } from '../image.ts';
import { parseImage } from '../image-parser.ts';
import type { ListQuery } from '../service.ts';

/** Glance caps a page silently at this. */
const PAGE_AT_MOST = 1000;
/** A longer list is taken for endless. */
const IMAGES_AT_MOST = 1_000_000;

/** Requests one page by its path and query. Returns the body of a 200; throws `Failure` for any other answer. */
type AskPage = (path: string) => Promise<string>;

/**
 * Pages of images, with our own marker: Glance's `next` loses repeated parameters and prefix paths, and its address can't
 * be trusted. A repeated marker ends the listing; a deleted one restarts it, once. No image
 * is returned twice.
 */
export async function* listPages(query: ListQuery, ask: AskPage): AsyncIterable<readonly LiveImage[]> {
  const seen = new Set<string>();
  const limit = Math.min(query.pageSize ?? 100, PAGE_AT_MOST);
  let markers = new Set<string>();
  let marker: string | undefined;
  let restarted = false;
  let first = true;
  for (;;) {
    let body: string;
    try {
      body = await ask(`/images?${search(query, limit, marker)}`);
    } catch (error) {
      if (marker === undefined || restarted || !isMarkerGone(error)) throw error;
      restarted = true;
      marker = undefined;
      markers = new Set();
      continue;
    }
    const { images, last, more } = readPage(body, limit);
    const fresh = images.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    if (seen.size > IMAGES_AT_MOST) throw unusable('The image service lists images without end.');
    const wanted = query.name === undefined ? fresh : fresh.filter(({ name }) => name === query.name);
    if (wanted.length > 0 || first) yield wanted;
    first = false;
    marker = last;
    if (marker === undefined || !more || markers.has(marker)) return;
    markers.add(marker);
  }
}

/** Glance answers 400 "No image found with ID" to a deleted marker. */
function isMarkerGone(error: unknown): boolean {
  return Failure.is(error, 'invalid-request');
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

interface Page {
  readonly images: readonly LiveImage[];
  /** Id of the last image, as the server wrote it. */
  readonly last: string | undefined;
  readonly more: boolean;
}

/** Throws `glance-unusable` for an unreadable page, which must not look like an empty one. */
function readPage(body: string, limit: number): Page {
  const page = parseJson(body);
  const images = field(page, 'images');
  if (!Array.isArray(images)) {
    throw unusable('The answer of the image service is not a list of images.');
  }
  const last = field(images.at(-1), 'id');
  return {
    images: images.map((image: unknown) => parseImage(image)),
    last: typeof last === 'string' ? last : undefined,
    more: field(page, 'next') !== undefined || images.length >= limit,
  };
}

function unusable(message: string): Failure {
  return new Failure('glance-unusable', message, { next: 'Check the endpoint of the image service.' });
}
