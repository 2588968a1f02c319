import { Failure } from '../failure.ts';
import { field, type Answered } from '../http/answers.ts';
import type { LiveImage } from './image.ts';

/** A store of a cloud that has several (https://docs.openstack.org/api-ref/image/v2/#list-stores). */
export interface Store {
  readonly id: string;
  readonly description: string | null;
  /** Takes the data of uploads that name no store. */
  readonly isDefault: boolean;
  /** Takes no data at all, as an HTTP store. */
  readonly readOnly: boolean;
}

/** Every method throws `Failure`. */
export interface StoreService {
  /** `undefined` for a cloud that is configured with one store only: such a Glance knows no names of stores. */
  list(signal?: AbortSignal): Promise<readonly Store[] | undefined>;
  /** Deletes an image's data from one store. 404 counts as done. Throws `forbidden` for the only store that has it, `image-in-use` on 409. */
  remove(id: string, store: string, signal?: AbortSignal): Promise<Answered<void>>;
}

/** The stores of an answer. Throws `glance-unusable` where it holds no list of stores. */
export function parseStores(value: unknown): readonly Store[] {
  const stores = field(value, 'stores');
  if (!Array.isArray(stores)) {
    throw new Failure('glance-unusable', 'The answer of the image service holds no stores.', {
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

/** Glance writes these as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The stores that hold an image's data; empty on a cloud with one store, and for a deactivated image of somebody who is no administrator. */
export function storesOf(image: LiveImage): readonly string[] {
  return listed(image, 'stores');
}

/** How a copy between stores goes on. */
export interface CopyProgress {
  /** Whether Glance still works on it. */
  readonly running: boolean;
  /** Stores that did not take the data. */
  readonly failed: readonly string[];
}

/** What Glance says of the copies of an image. */
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
