import { isAbort, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Left } from '../model/left.ts';
import { isApplied } from './operations.ts';

/** A request that makes or changes something in a region, and its outcome. */
export interface Write {
  readonly kind: 'create' | 'patch' | 'delete' | 'other';
  /** The id of the image. */
  readonly id: string;
  /** As a noun, e.g. `the change of the image ID`. */
  readonly what: string;
  /** Whether the image shows that the request was carried out. `undefined` stands for an image that is gone. */
  readonly shownBy?: (image: LiveImage | undefined) => boolean;
  /** `open`: it was sent, and no answer says whether Glance carried it out. */
  outcome: 'done' | 'refused' | 'open';
}

/** The same service. Records each request that makes or changes something, except data: the image says what it has. */
export function watched(images: ImageService, writes: Write[]): ImageService {
  const note = async <Answer>(
    write: Omit<Write, 'outcome'>,
    signal: AbortSignal | undefined,
    send: () => Promise<Answer>,
  ): Promise<Answer> => {
    signal?.throwIfAborted();
    const noted: Write = { ...write, outcome: 'open' };
    writes.push(noted);
    try {
      const answer = await send();
      noted.outcome = 'done';
      return answer;
    } catch (error) {
      if (!isAbort(error) && !isUncertain(error) && signal?.aborted !== true) noted.outcome = 'refused';
      throw error;
    }
  };
  const other = (id: string, what: string): Omit<Write, 'outcome'> => ({ kind: 'other', id, what });
  const { members, stores, imports } = images;
  return {
    region: images.region,
    list: (query) => images.list(query),
    get: (id, signal) => images.get(id, signal),
    find: (id, signal) => images.find(id, signal),
    upload: (id, size, options) => images.upload(id, size, options),
    create: (image, signal) =>
      note({ kind: 'create', id: image.id, what: `the image ${image.id}` }, signal, () => images.create(image, signal)),
    patch: (id, operations, signal) => {
      const shownBy = (image: LiveImage | undefined): boolean =>
        image !== undefined && operations.every((operation) => isApplied(image, operation));
      return operations.length === 0
        ? images.patch(id, operations, signal)
        : note({ kind: 'patch', id, what: `the change of the image ${id}`, shownBy }, signal, () =>
            images.patch(id, operations, signal),
          );
    },
    delete: (id, signal) => {
      const shownBy = (image: LiveImage | undefined): boolean => image === undefined;
      return note({ kind: 'delete', id, what: `the deletion of the image ${id}`, shownBy }, signal, () =>
        images.delete(id, signal),
      );
    },
    deactivate: (id, signal) =>
      note(
        { ...other(id, `the deactivation of the image ${id}`), shownBy: (image) => image?.status === 'deactivated' },
        signal,
        () => images.deactivate(id, signal),
      ),
    reactivate: (id, signal) =>
      note(
        { ...other(id, `the reactivation of the image ${id}`), shownBy: (image) => image?.status === 'active' },
        signal,
        () => images.reactivate(id, signal),
      ),
    members: {
      list: (id, signal) => members.list(id, signal),
      setStatus: (id, project, status, signal) => members.setStatus(id, project, status, signal),
      add: (id, project, signal) =>
        note(other(id, `sharing the image ${id} with ${project}`), signal, () => members.add(id, project, signal)),
      remove: (id, project, signal) =>
        note(other(id, `taking the image ${id} from its member ${project}`), signal, () =>
          members.remove(id, project, signal),
        ),
    },
    stores: {
      list: (signal) => stores.list(signal),
      remove: (id, store, signal) =>
        note(other(id, `the deletion of the data of the image ${id} from the store ${store}`), signal, () =>
          stores.remove(id, store, signal),
        ),
    },
    imports: {
      methods: (signal) => imports.methods(signal),
      tasks: (id, signal) => imports.tasks(id, signal),
      start: (id, options) =>
        note(other(id, `having Glance ${IMPORTS[options.method.name]} the image ${id}`), options.signal, () =>
          imports.start(id, options),
        ),
    },
  };
}

const IMPORTS = { 'web-download': 'fill', 'copy-image': 'copy' } as const;

/**
 * What is left of changes to an image that existed before. Looks up requests without an answer; `looking` limits that.
 */
export async function leftOfChanges(
  id: string,
  writes: readonly Write[],
  images: ImageService,
  looking: AbortSignal,
): Promise<Left> {
  const ended = await Promise.all(
    writes.map(async (write) => {
      const { shownBy, outcome, what } = write;
      if (outcome !== 'open' || shownBy === undefined) return { what, outcome };
      // A request without a visible effect may still be under way. If the image can't be read, there is no effect to see.
      const shown = await images.find(write.id, looking).then(
        (image) => shownBy(image),
        () => false,
      );
      return { what, outcome: shown ? ('done' as const) : outcome };
    }),
  );
  const done = ended.filter(({ outcome }) => outcome === 'done').map(({ what }) => what);
  const open = ended.filter(({ outcome }) => outcome === 'open').map(({ what }) => what);
  return done.length === 0 && open.length === 0 ? { kind: 'unchanged', id } : { kind: 'changed', id, done, open };
}

/** Whether the failure leaves it open if Glance carried out the request. */
export function isUncertain(reason: unknown): boolean {
  if (isAbort(reason)) return false;
  const { code, status } = toFailure(reason);
  return ['connection-lost', 'timeout', 'unexpected'].includes(code) || (status !== undefined && status >= 500);
}
