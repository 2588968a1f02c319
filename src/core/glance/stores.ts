import { Failure } from '../failure.ts';
import { field, type Answered } from '../http/answers.ts';
import type { LiveImage } from './image.ts';

/** A store of a cloud with several (https://docs.openstack.org/api-ref/image/v2/#list-stores). */
export interface Store {
  readonly id: string;
  readonly description: string | null;
  /** Whether it is the default for uploads. */
  readonly isDefault: boolean;
  /** Whether it is read-only, like an HTTP store. */
  readonly readOnly: boolean;
}

/** Every method throws `Failure`. */
export interface StoreService {
  /** `undefined` for a cloud with a single store, which has no name in Glance. */
  list(signal?: AbortSignal): Promise<readonly Store[] | undefined>;
  /** Deletes an image's data from one store. 404 counts as success. Throws `forbidden` for its only store, `image-in-use` on 409. */
  remove(id: string, store: string, signal?: AbortSignal): Promise<Answered<void>>;
}

/** Parses the stores of an answer. Throws `glance-unusable` without a list of stores. */
export function parseStores(value: unknown): readonly Store[] {
  const stores = field(value, 'stores');
  if (!Array.isArray(stores)) {
    throw new Failure('glance-unusable', 'The answer of the image service contains no stores.', {
      next: 'Check the endpoint of the image service.',
    });
  }
  return stores.flatMap((store: unknown) => {
    const id = field(store, 'id');
    const description = field(store, 'description');
    if (typeof id !== 'string') return [];
    return [
      {
        id,
        description: typeof description === 'string' ? description : null,
        isDefault: isTrue(field(store, 'default')),
        readOnly: isTrue(field(store, 'read-only')),
      },
    ];
  });
}

/** Glance writes these lists as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The stores with an image's data; empty on a cloud with one store, and for a deactivated image unless the user is an administrator. */
export function storesOf(image: LiveImage): readonly string[] {
  return listed(image, 'stores');
}

/** The state of a copy between stores. */
export interface CopyProgress {
  /** Whether Glance still works on it. */
  readonly running: boolean;
  /** Stores that failed. */
  readonly failed: readonly string[];
}

/** The state of an image's copies, as reported by Glance. */
export function copyProgress(image: LiveImage): CopyProgress {
  return {
    running: image.server.os_glance_import_task !== undefined,
    failed: listed(image, 'os_glance_failed_import'),
  };
}

function listed(image: LiveImage, name: string): readonly string[] {
  const text = image.server[name];
  return typeof text === 'string' ? text.split(',').filter((store) => store !== '') : [];
}
