import { createReadStream } from 'node:fs';
import { inspectBytes } from '../format-inspection.ts';
import { describe } from '../image-data.ts';
import { copyOf, type ImageRecord, type ImportTask } from '../images/image-record.ts';
import { mustBeWithinQuota } from '../storage-limits.ts';
import { storeBytes } from '../stored-bytes.ts';
import { download } from './web-download.ts';
import type { Glance } from '../request.ts';
import type { importMethods } from '../images/images.ts';

/** How long Glance keeps a finished task, in microseconds: 48 hours. */
const keptFor = 48 * 3600 * 1e6;

/** The image was deleted while its import ran. */
class Vanished extends Error {}

/** Runs an import. Never throws: an error becomes the task's failure, with Glance's brief message. */
export async function runImport(glance: Glance, id: string, taskId: string, asked: ImportRequest): Promise<void> {
  const change = changer(glance, id, taskId);
  try {
    change((image, task) => {
      task.status = 'processing';
      image.properties.os_glance_importing_to_stores = [...asked.stores].sort().join(',');
      image.properties.os_glance_failed_import = '';
      if (asked.method !== 'copy-image') image.status = 'importing';
    });
    await bringToStaging(glance, id, asked);
    const size = await fillStores(glance, id, asked, change);
    change((image, task) => {
      image.status = 'active';
      Reflect.deleteProperty(image.properties, 'os_glance_import_task');
      finish(glance, task, 'success', `Copied ${Math.floor(size / 1024 / 1024)} MiB`);
      task.result = { image_id: id };
    });
  } catch (error) {
    if (!(error instanceof Vanished)) fail(glance, asked, change);
  } finally {
    glance.store.removeBytes(glance.store.stagingPath(id));
  }
}

type Change = (alter: (image: ImageRecord, task: ImportTask) => void) => ImageRecord;

function changer(glance: Glance, id: string, taskId: string): Change {
  return (alter) => {
    const found = glance.store.find(id);
    if (found === undefined || found.deleted) throw new Vanished();
    const image = copyOf(found);
    const task = image.tasks.find((each) => each.id === taskId);
    if (task === undefined) throw new Vanished();
    alter(image, task);
    task.updated = image.updated = glance.store.now();
    glance.store.save(image);
    return image;
  };
}

async function bringToStaging(glance: Glance, id: string, asked: ImportRequest): Promise<void> {
  if (asked.method === 'glance-direct') return;
  const path = glance.store.stagingPath(id);
  const image = glance.store.find(id);
  if (image === undefined) throw new Vanished();
  const [first = ''] = image.stores;
  const source =
    asked.method === 'copy-image'
      ? createReadStream(glance.store.bytesPath(first, id))
      : download(asked.uri ?? '', glance);
  await storeBytes(source, path, glance.maximumBytes);
}

/** Copies the staged bytes to each store. Returns the size of the image. */
async function fillStores(glance: Glance, id: string, asked: ImportRequest, change: Change): Promise<number> {
  let size = 0;
  for (const store of asked.stores) {
    const path = glance.store.bytesPath(store, id);
    try {
      const bytes = await storeBytes(createReadStream(glance.store.stagingPath(id)), path, glance.maximumBytes);
      size = bytes.size;
      const virtualSize = await inspectBytes(
        path,
        change(() => undefined),
        glance.release,
      );
      change((image) => {
        mustBeWithinQuota(glance, image, size * (image.stores.length + 1));
        if (image.stores.length === 0) describe(image, bytes);
        image.virtual_size = virtualSize;
        image.stores.push(store);
        moveFrom(image, 'os_glance_importing_to_stores', store);
      });
    } catch (error) {
      glance.store.removeBytes(path);
      if (error instanceof Vanished) throw error;
      change((image) => {
        moveFrom(image, 'os_glance_importing_to_stores', store);
        add(image, 'os_glance_failed_import', store);
      });
      if (asked.allMustSucceed) throw error;
    }
  }
  if (change(() => undefined).stores.length === 0) throw new Error('No store took the bytes.');
  return size;
}

function fail(glance: Glance, asked: ImportRequest, change: Change): void {
  try {
    change((image, task) => {
      for (const store of asked.stores) {
        // Of staged bytes only the store that failed has failed.
        if (asked.method !== 'glance-direct') {
          moveFrom(image, 'os_glance_importing_to_stores', store);
          add(image, 'os_glance_failed_import', store);
        }
        if (asked.method === 'copy-image') continue;
        if (image.stores.includes(store)) glance.store.removeBytes(glance.store.bytesPath(store, image.id));
        image.stores = image.stores.filter((each) => each !== store);
      }
      Reflect.deleteProperty(image.properties, 'os_glance_import_task');
      // As in Glance, a staged image that no store accepted stays `importing` forever and can only be deleted.
      if (asked.method === 'web-download') Object.assign(image, { status: 'queued', size: null, virtual_size: null });
      finish(glance, task, 'failure', 'Task failed due to Internal Error');
    });
  } catch (error) {
    if (!(error instanceof Vanished)) throw error;
  }
}

function finish(glance: Glance, task: ImportTask, status: 'success' | 'failure', message: string): void {
  Object.assign(task, { status, message, expires: glance.store.now() + keptFor });
}

function listed(image: ImageRecord, name: string): string[] {
  return (image.properties[name] ?? '').split(',').filter((each) => each !== '');
}

function moveFrom(image: ImageRecord, name: string, store: string): void {
  image.properties[name] = listed(image, name)
    .filter((each) => each !== store)
    .join(',');
}

function add(image: ImageRecord, name: string, store: string): void {
  image.properties[name] = [...new Set([...listed(image, name), store])].join(',');
}

/** A validated import request. */
export interface ImportRequest {
  readonly method: (typeof importMethods)[number];
  readonly uri: string | undefined;
  readonly stores: readonly string[];
  readonly allMustSucceed: boolean;
  readonly isAllStores: boolean;
  /** As sent, to show in the task. */
  readonly body: unknown;
}
