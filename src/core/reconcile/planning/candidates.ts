import { definitionKey, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageService, ListQuery } from '../../glance/service.ts';
import { MARK_PREFIX, readMarks } from '../ownership/marks.ts';

/** From this many definitions on, listing the whole project costs less than asking for each. */
const LIST_ALL_FROM = 5;
/** A project with fewer images, hidden or not, is listed in one request. In a larger one, asking for a definition is faster. */
const FEW_IMAGES = 100;

/**
 * The live images that definitions of one region could mean: those that carry their key, those of their name, and the
 * ones that `image_id` names. Glance lists hidden images only in a request of their own.
 */
export async function findCandidates(
  images: ImageService,
  definitions: readonly Definition[],
  project: string | undefined,
  signal?: AbortSignal,
): Promise<readonly LiveImage[]> {
  const pinned = Promise.all(
    definitions.flatMap(({ arguments: { image_id: id } }) => (id === undefined ? [] : [images.find(id, signal)])),
  );
  const listed = project === undefined ? [] : listForProject(images, definitions, project, signal);
  const found = await Promise.all([pinned, listed]);
  const unique = new Map(found.flat().flatMap((image) => (image === undefined ? [] : [[image.id, image] as const])));
  return [...unique.values()];
}

async function listForProject(
  images: ImageService,
  definitions: readonly Definition[],
  owner: string,
  signal: AbortSignal | undefined,
): Promise<readonly LiveImage[]> {
  if (definitions.length >= LIST_ALL_FROM) return listOfProject(images, owner, signal);
  const base: ListQuery = { owner, pageSize: 1000, ...(signal === undefined ? {} : { signal }) };
  const all = await listIfFew(images, { ...base, pageSize: FEW_IMAGES });
  if (all !== undefined) return all;
  const each = await Promise.all(definitions.map((definition) => listForOne(images, definition, base)));
  return each.flat();
}

/** Every image of a project that has few. */
async function listIfFew(images: ImageService, query: ListQuery): Promise<readonly LiveImage[] | undefined> {
  const [visible, hidden] = await Promise.all([
    collectIfFew(images.list({ ...query, hidden: false })),
    collectIfFew(images.list({ ...query, hidden: true })),
  ]);
  return visible === undefined || hidden === undefined ? undefined : [...visible, ...hidden];
}

async function collectIfFew(pages: AsyncIterable<readonly LiveImage[]>): Promise<readonly LiveImage[] | undefined> {
  const all: LiveImage[] = [];
  for await (const page of pages) {
    all.push(...page);
    if (all.length >= FEW_IMAGES) return undefined;
  }
  return all;
}

/** Asks by key first. If that finds the image, other images of its name do not matter. */
async function listForOne(
  images: ImageService,
  definition: Definition,
  base: ListQuery,
): Promise<readonly LiveImage[]> {
  const key = definitionKey(definition);
  const marked = await listOfKey(images, key, base);
  const published = marked.some((image) => {
    const marks = readMarks(image);
    return marks?.key === key && marks.replacedBy === undefined && marks.state === undefined;
  });
  if (published || definition.arguments.image_id !== undefined) return marked;
  return [...marked, ...(await listBoth(images, { ...base, name: definition.arguments.name }))];
}

/** Every image that carries this key, the hidden ones too. */
export async function listOfKey(images: ImageService, key: string, query: ListQuery): Promise<readonly LiveImage[]> {
  return listBoth(images, { ...query, parameters: { [`${MARK_PREFIX}key`]: key } });
}

/** Every image of a project, the hidden ones too. */
export async function listOfProject(
  images: ImageService,
  owner: string,
  signal: AbortSignal | undefined,
): Promise<readonly LiveImage[]> {
  return listBoth(images, { owner, pageSize: 1000, ...(signal === undefined ? {} : { signal }) });
}

/** Glance lists either the hidden images or the others. */
async function listBoth(images: ImageService, query: ListQuery): Promise<readonly LiveImage[]> {
  const both = await Promise.all([
    collect(images.list({ ...query, hidden: false })),
    collect(images.list({ ...query, hidden: true })),
  ]);
  return both.flat();
}

/** All pages as one list. */
export async function collect(pages: AsyncIterable<readonly LiveImage[]>): Promise<readonly LiveImage[]> {
  const all: LiveImage[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** The algorithm of the multihash that Glance computed last, of these images. */
export function newestMultihash(images: readonly LiveImage[]): string | undefined {
  const told = images.flatMap(({ created_at: at, os_hash_algo: algorithm, os_hash_value: value }) =>
    algorithm === null || value === null ? [] : [{ at, algorithm }],
  );
  return told.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1)?.algorithm;
}
