import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { lookUp, mustOwn } from './access.ts';
import { type Answer, Refusal, refusalWithDetail } from '../http/answers.ts';
import { copyOf, type ImageRecord } from './images/image-record.ts';
import { inspectBytes, RefusedFormat } from './format-inspection.ts';
import { mustBeAbleTo } from './images/image-rules.ts';
import { storeNames } from './image-store.ts';
import { mustBeWithinQuota, refusalOf } from './storage-limits.ts';
import { BytesExist, type StoredBytes, storeBytes } from './stored-bytes.ts';
import type { Glance, GlanceRequest } from './request.ts';

/** Throws 415 unless the request says that its body is bytes. */
export function mustBeBytes(exchange: GlanceRequest['exchange']): void {
  const type = (exchange.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type === 'application/octet-stream') return;
  throw new Refusal(415, unsupported(type));
}

function unsupported(type: string): string {
  return `The request media type ${type} is not supported by this server.\n`;
}

/**
 * `PUT /v2/images/{id}/file`. As in Glance the image is loaded once, when the upload starts, and saved whole when it ends:
 * a PATCH that was answered meanwhile is lost.
 */
export async function uploadImage({ glance, caller, exchange, parameters: [id = ''] }: GlanceRequest): Promise<Answer> {
  mustBeBytes(exchange);
  const asked = exchange.headers['x-image-meta-store'] ?? storeNames[0];
  const backend = storeNames.find((name) => name === asked);
  if (backend === undefined) throw new Refusal(400, `Store for identifier ${String(asked)} not found`);
  const found = lookUp(glance.store, caller, id);
  mustOwn(caller, found, 'upload_image', `Not allowed to upload image data for image ${id}`);
  mustBeAbleTo(found, 'saving');
  const image = copyOf(found);
  image.status = 'saving';
  image.updated = glance.store.now();
  glance.store.save(copyOf(image));
  const path = glance.store.bytesPath(backend, id);
  await receive(glance, image, path, exchange);
  const kept = glance.store.find(id);
  if (kept === undefined || kept.deleted || kept.status !== 'saving') {
    glance.store.removeBytes(path);
    throw new Refusal(
      410,
      `Image ${id} could not be found after upload. The image may have been deleted during the upload, cleaning up the chunks uploaded.`,
    );
  }
  image.stores = [backend];
  await mustBeAccepted(glance, image, path);
  image.status = 'active';
  image.updated = glance.store.now();
  // Glance does not save members and tasks with the image.
  glance.store.save({ ...image, members: kept.members, tasks: kept.tasks });
  return { status: 204 };
}

async function receive(
  glance: Glance,
  image: ImageRecord,
  path: string,
  { body, headers }: GlanceRequest['exchange'],
): Promise<void> {
  try {
    mustBeWithinQuota(glance, image, Number(headers['content-length'] ?? 0));
    describe(image, await storeBytes(body, path, glance.maximumBytes));
  } catch (error) {
    // When Glance stops, properly or not, the image stays `saving`.
    if (glance.stopping.aborted) throw refusalOf(error);
    if (!(error instanceof BytesExist)) glance.store.removeBytes(path);
    restore(glance, image);
    throw refusalOf(error);
  }
  try {
    // Without a Content-Length the quota is checked only now, and Glance leaves the image `saving` forever.
    mustBeWithinQuota(glance, image, image.size ?? 0);
  } catch (error) {
    glance.store.removeBytes(path);
    throw error;
  }
}

/** Throws 415 for a format that the release does not take. As in Glance the bytes and their digests stay: further uploads are a 500. */
async function mustBeAccepted(glance: Glance, image: ImageRecord, path: string): Promise<void> {
  try {
    image.virtual_size = await inspectBytes(path, image, glance.release);
  } catch (error) {
    if (!(error instanceof RefusedFormat)) throw error;
    restore(glance, image);
    throw new Refusal(415, unsupported('application/octet-stream'), { detail: error.message });
  }
}

/** Stores the facts about an image's bytes. */
export function describe(image: ImageRecord, bytes: StoredBytes): void {
  image.size = bytes.size;
  image.checksum = bytes.md5;
  image.os_hash_algo = 'sha512';
  image.os_hash_value = bytes.sha512;
}

/** An image whose upload broke off is queued again, as it was at the start: Glance saves what it loaded then. */
export function restore(glance: Glance, image: ImageRecord): void {
  const kept = glance.store.find(image.id);
  if (kept === undefined || kept.deleted || kept.status !== image.status) return;
  const bare = { status: 'queued', size: null, virtual_size: null, updated: glance.store.now() };
  glance.store.save({ ...image, members: kept.members, tasks: kept.tasks, ...bare });
}

/** `GET /v2/images/{id}/file`, with a single `Range`. An image without bytes is a 204. */
export async function downloadImage(request: GlanceRequest): Promise<Answer> {
  const { glance, caller, exchange, parameters } = request;
  const image = lookUp(glance.store, caller, parameters[0] ?? '');
  if (image.status === 'deactivated' && !caller.isAdmin) {
    throw new Refusal(403, 'The requested image has been deactivated. Image data download is forbidden.');
  }
  const [store] = image.stores;
  if (store === undefined || image.size === null) return { status: 204 };
  const path = glance.store.bytesPath(store, image.id);
  const range = rangeOf(exchange.headers.range, image.size);
  if (
    !(await stat(path).then(
      () => true,
      () => false,
    ))
  )
    return { status: 204 };
  const length = range === undefined ? image.size : range.end - range.start + 1;
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      'content-type': 'application/octet-stream',
      ...(image.checksum === null ? {} : { 'content-md5': image.checksum }),
      ...(range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${image.size}` }),
      'content-length': String(length),
    },
    stream: createReadStream(path, length === 0 ? {} : (range ?? {})),
  };
}

/** The first and last requested byte. Throws 400 for several ranges, 416 for one outside of the data. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  if (header === undefined) return undefined;
  if (header.includes(',')) {
    throw new Refusal(
      400,
      'Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.',
    );
  }
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(?:(\d+)\s*)?-\s*(?:(\d+)\s*)?$/.exec(header) ?? [];
  const reversed = first !== '' && last !== '' && Number(last) < Number(first);
  if ((first === '' && last === '') || reversed) throw refusalWithDetail(416, 'Invalid Range header.');
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size - 1 };
  if (Number(first) >= size) {
    throw refusalWithDetail(
      416,
      `Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${size - 1}].`,
    );
  }
  return { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
