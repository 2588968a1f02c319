import { definitionKey, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { readMarks, type Marks, type StateMark } from './marks.ts';

/** An image that an apply made and did not publish (yet). */
export interface Staged {
  readonly image: LiveImage;
  readonly state: StateMark;
}

/** Which live image a definition means. */
export type Identity =
  /** No image has its key or its name. */
  | { readonly kind: 'none' }
  /** The image that it means. No `marks`: an unmarked image, meant by `image_id` or adopted by consent. */
  | { readonly kind: 'image'; readonly image: LiveImage; readonly marks?: Marks; readonly staged?: Staged }
  /** An apply made this one and did not publish it (yet). */
  | ({ readonly kind: 'staged' } & Staged)
  /** An image of that name that this tool did not make. */
  | { readonly kind: 'unmarked'; readonly image: LiveImage }
  | { readonly kind: 'ambiguous'; readonly images: readonly LiveImage[] }
  /** `image_id` is an image of another project. */
  | { readonly kind: 'foreign'; readonly image: LiveImage };

/**
 * Finds the image that a definition means among the candidates.
 *
 * @param project id of the scoped project; without one only `image_id` binds
 * @param adopt consent to take an unmarked image of the same name
 */
export function identify(
  definition: Definition,
  candidates: readonly LiveImage[],
  project: string | undefined,
  adopt: boolean,
): Identity {
  const pinned = candidates.find((image) => image.id === definition.arguments.image_id);
  if (pinned !== undefined && project !== undefined && pinned.owner !== project)
    return { kind: 'foreign', image: pinned };

  const key = definitionKey(definition);
  const alive = candidates.filter((image) => !GONE.has(image.status) && isOfProject(image, project, pinned));
  const marked = alive.flatMap((image) => {
    const marks = readMarks(image);
    return marks?.key === key && marks.replacedBy === undefined ? [{ image, marks }] : [];
  });
  // A predecessor that was not retired, because an apply was interrupted, still has the key. The marks of its successor name it.
  const superseded = new Set(marked.map(({ marks }) => marks.state?.replaces));
  const published = marked.filter(({ image, marks: { state } }) => !isAtWork(state) && !superseded.has(image.id));
  const meant = withPinned(published, superseded.has(pinned?.id) ? undefined : pinned);
  if (meant.length > 1) return { kind: 'ambiguous', images: meant.map(({ image }) => image) };
  const [only] = meant;
  const [staged] = marked.flatMap(({ image, marks: { state } }) =>
    state !== undefined && isAtWork(state) ? [{ image, state }] : [],
  );
  if (only !== undefined) return { kind: 'image', ...only, ...(staged === undefined ? {} : { staged }) };
  if (staged !== undefined) return { kind: 'staged', ...staged };
  if (definition.arguments.image_id !== undefined) return { kind: 'none' };
  return byName(definition, alive, adopt);
}

/** Whether an image is one that an apply staged and nobody has published. */
export function isUnpublished(image: LiveImage): boolean {
  return isAtWork(readMarks(image)?.state);
}

/** Whether an apply has not published an image yet, or is about to delete it. */
function isAtWork(state: StateMark | undefined): boolean {
  return state?.phase === 'staging' || state?.phase === 'discarding';
}

const GONE: ReadonlySet<string> = new Set(['deleted', 'pending_delete']);

function isOfProject(image: LiveImage, project: string | undefined, pinned: LiveImage | undefined): boolean {
  return project === undefined ? image === pinned : image.owner === project;
}

interface Meant {
  readonly image: LiveImage;
  readonly marks?: Marks;
}

/** Writing `image_id` is consent: the pinned image counts, marked or not, unless it has a successor or is still staged. */
function withPinned(published: readonly Meant[], pinned: LiveImage | undefined): readonly Meant[] {
  if (pinned === undefined || GONE.has(pinned.status) || published.some(({ image }) => image.id === pinned.id))
    return published;
  const marks = readMarks(pinned);
  if (marks?.replacedBy !== undefined || isAtWork(marks?.state)) return published;
  return [...published, marks === undefined ? { image: pinned } : { image: pinned, marks }];
}

/** Unmarked images of that name. Snapshots don't count: Nova makes them of servers, with any name. */
function byName(definition: Definition, alive: readonly LiveImage[], adopt: boolean): Identity {
  const unmarked = alive.filter(
    (image) =>
      image.name === definition.arguments.name &&
      readMarks(image) === undefined &&
      image.properties.image_type !== 'snapshot',
  );
  const [only] = unmarked;
  if (only === undefined) return { kind: 'none' };
  if (unmarked.length > 1) return { kind: 'ambiguous', images: unmarked };
  return adopt ? { kind: 'image', image: only } : { kind: 'unmarked', image: only };
}
