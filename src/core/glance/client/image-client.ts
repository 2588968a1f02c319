import { Failure } from '../../failure.ts';
import { field, parseJson, type Answered } from '../../http/answers.ts';
import { refusedFresh } from '../../keystone/login/session.ts';
import {
  GlanceRequests,
  imagePath,
  newRequestId,
  type GlanceAnswer,
  type GlanceConnection,
} from './glance-requests.ts';
import { listPages } from './image-pages.ts';
import { isImageId, type LiveImage } from '../image.ts';
import { parseImage } from '../image-parser.ts';
import { openDownload, type ImageDownload, type ImageDownloads } from './image-download.ts';
import { openUpload } from './image-upload.ts';
import { ImportClient } from './import-client.ts';
import type { ImportService } from '../imports.ts';
import { MemberClient } from './member-client.ts';
import type { MemberService } from '../members.ts';
import { MetadefClient } from './metadef-client.ts';
import type { MetadefService } from '../metadefs.ts';
import type { ImageService, ImageUpload, ListQuery, NewImage, PatchOperation, UploadOptions } from '../service.ts';
import { StoreClient } from './store-client.ts';
import type { StoreService } from '../stores.ts';

/** The only media type that Glance takes for a PATCH (https://docs.openstack.org/api-ref/image/v2/#update-image). */
const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

/** ms that a token must be valid for when a body starts, because it can't be sent again. */
const LIFE_FOR_UPLOAD = 300_000;

/** Glance's Image API v2 in one region (https://docs.openstack.org/api-ref/image/v2/). */
export class ImageClient implements ImageService, ImageDownloads {
  readonly region: string;
  readonly members: MemberService;
  readonly stores: StoreService;
  readonly imports: ImportService;
  readonly metadefs: MetadefService;
  readonly #requests: GlanceRequests;
  readonly #connection: GlanceConnection;

  constructor(connection: GlanceConnection) {
    this.region = connection.region;
    this.#connection = connection;
    this.#requests = new GlanceRequests(connection);
    this.members = new MemberClient(this.#requests);
    this.stores = new StoreClient(this.#requests);
    this.imports = new ImportClient(this.#requests);
    this.metadefs = new MetadefClient(this.#requests);
  }

  list(query: ListQuery = {}): AsyncIterable<readonly LiveImage[]> {
    const request = { method: 'GET', ok: [200], signal: query.signal } as const;
    const pages = listPages(query, async (path) => {
      const { answer } = await this.#requests.send('Listing images failed', { ...request, path });
      return answer.body;
    });
    return this.#located(pages);
  }

  async get(id: string, signal?: AbortSignal): Promise<LiveImage> {
    const what = `Reading the image ${id} failed`;
    const answered = await this.#requests.send(what, { method: 'GET', path: imagePath(id), ok: [200], signal });
    return this.#image(answered, id).value;
  }

  async find(id: string, signal?: AbortSignal): Promise<LiveImage | undefined> {
    // The id may come from marks, which others may write.
    if (!isImageId(id)) return undefined;
    try {
      return await this.get(id, signal);
    } catch (error) {
      if (Failure.is(error, 'image-not-found')) return undefined;
      throw error;
    }
  }

  async create(image: NewImage, signal?: AbortSignal): Promise<Answered<LiveImage>> {
    const { properties, ...attributes } = image;
    const answered = await this.#requests.send(`Creating the image "${image.name}" failed`, {
      method: 'POST',
      path: '/images',
      body: JSON.stringify({ ...attributes, ...properties }),
      ok: [201, 409],
      signal,
    });
    if (answered.answer.status !== 409) return this.#image(answered, image.id);
    // Ids of deleted images stay in use until the operator purges them.
    throw new Failure('id-taken', `The id ${image.id} is already taken, possibly by a deleted image.`, {
      status: 409,
      requestId: answered.requestId,
      region: this.region,
    });
  }

  async patch(id: string, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<Answered<LiveImage>> {
    const request = { path: imagePath(id), ok: [200], signal };
    if (operations.length === 0) {
      const what = `Reading the image ${id} failed`;
      return this.#image(await this.#requests.send(what, { ...request, method: 'GET' }), id);
    }
    const answered = await this.#requests.send(`Changing the image ${id} failed`, {
      ...request,
      method: 'PATCH',
      body: patchBody(operations),
      contentType: PATCH_TYPE,
    });
    return this.#image(answered, id);
  }

  async upload(id: string, size: number, options: UploadOptions = {}): Promise<ImageUpload> {
    const { signal, store, renewed = false, ...sending } = options;
    const { session, http, endpoint } = this.#connection;
    // Glance would activate an empty image.
    if (size === 0) throw new Failure('source-empty', `There is no data to upload for the image ${id}.`);
    const requestId = newRequestId();
    const what = `Uploading the data of the image ${id} failed`;
    try {
      const authorization = await session.authorization({ minimumLife: LIFE_FOR_UPLOAD, signal });
      const upload = http.upload({
        url: `${endpoint}${imagePath(id)}/file`,
        ...sending,
        ...(signal === undefined ? {} : { signal }),
        size,
        headers: {
          accept: 'application/json',
          'content-type': 'application/octet-stream',
          'x-openstack-request-id': requestId,
          // Glance 31 and later checks the size; older ones ignore it.
          'x-openstack-image-size': String(size),
          ...(store === undefined ? {} : { 'x-image-meta-store': store }),
          ...authorization,
        },
      });
      return openUpload(upload, {
        requestId,
        refuse: (answer) => {
          if (answer.status === 401) session.refused(authorization);
          if (answer.status === 401 && renewed) return refusedFresh(answer, { region: this.region, requestId });
          return this.#requests.refusal(answer, what, requestId);
        },
        locate: (error) => this.#requests.locate(error, requestId),
      });
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }

  async download(id: string, start: number, signal?: AbortSignal): Promise<ImageDownload> {
    const { session, http, endpoint } = this.#connection;
    const requestId = newRequestId();
    const request = {
      url: `${endpoint}${imagePath(id)}/file`,
      what: `Downloading the data of the image ${id} failed`,
      region: this.region,
      requestId,
      start,
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      const authorization = await session.authorization({ minimumLife: LIFE_FOR_UPLOAD, signal });
      const opened = await openDownload(http, request, authorization);
      if (opened !== 'unauthorized') return opened;
      session.refused(authorization);
      const again = await openDownload(http, request, await session.authorization({ signal }));
      if (again !== 'unauthorized') return again;
      throw new Failure('token-refused', `${request.what}: Glance refused a token that was just issued.`, {
        status: 401,
        next: 'Its connection to Keystone may be down. Try again later.',
      });
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }

  async deactivate(id: string, signal?: AbortSignal): Promise<Answered<void>> {
    return this.#act(id, 'deactivate', `Deactivating the image ${id} failed`, signal);
  }

  async reactivate(id: string, signal?: AbortSignal): Promise<Answered<void>> {
    return this.#act(id, 'reactivate', `Reactivating the image ${id} failed`, signal);
  }

  async delete(id: string, signal?: AbortSignal): Promise<Answered<void>> {
    const what = `Deleting the image ${id} failed`;
    const request = { method: 'DELETE', path: imagePath(id), ok: [204, 409], signal } as const;
    try {
      const { answer, requestId } = await this.#requests.send(what, request);
      if (answer.status !== 409) return { value: undefined, requestId };
      const { message } = this.#requests.refusal(answer, what, requestId);
      const next = 'Delete the servers or volumes that use it first.';
      throw new Failure('image-in-use', message, { status: 409, requestId, region: this.region, next });
    } catch (error) {
      if (!Failure.is(error, 'image-not-found')) throw error;
      return { value: undefined, requestId: error.requestId ?? '' };
    }
  }

  /** The formats in this cloud's schema; empty if it lists none. */
  async formats(
    signal?: AbortSignal,
  ): Promise<{ readonly disk: readonly string[]; readonly container: readonly string[] }> {
    const request = { method: 'GET', path: '/schemas/image', ok: [200], signal } as const;
    const { answer } = await this.#requests.send('Reading the schema of images failed', request);
    const properties = field(parseJson(answer.body), 'properties');
    const choices = (name: string): readonly string[] => {
      const values = field(field(properties, name), 'enum');
      return Array.isArray(values) ? values.filter((value: unknown) => typeof value === 'string') : [];
    };
    return { disk: choices('disk_format'), container: choices('container_format') };
  }

  async #act(id: string, action: string, what: string, signal: AbortSignal | undefined): Promise<Answered<void>> {
    const path = `${imagePath(id)}/actions/${action}`;
    const { requestId } = await this.#requests.send(what, { method: 'POST', path, ok: [204], signal });
    return { value: undefined, requestId };
  }

  #image({ answer, requestId }: GlanceAnswer, asked: string): Answered<LiveImage> {
    try {
      return { value: parseImage(parseJson(answer.body), asked), requestId };
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }

  async *#located(pages: AsyncIterable<readonly LiveImage[]>): AsyncIterable<readonly LiveImage[]> {
    try {
      yield* pages;
    } catch (error) {
      throw this.#requests.locate(error, undefined);
    }
  }
}

/** The body of a PATCH, with each path as one JSON pointer token. */
function patchBody(operations: readonly PatchOperation[]): string {
  return JSON.stringify(
    operations.map((operation) => ({
      ...operation,
      path: `/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    })),
  );
}
