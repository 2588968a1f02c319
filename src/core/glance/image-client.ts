import { randomUUID } from 'node:crypto';
import { Failure } from '../failure.ts';
import { field, parseJson, requestIdOf } from '../http/answers.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/http.ts';
import type { Session } from '../keystone/session.ts';
import type { Log } from '../log.ts';
import { glanceFailure } from './glance-failure.ts';
import { listPages } from './image-pages.ts';
import type { LiveImage } from './image.ts';
import { parseImage } from './image-parser.ts';
import { openUpload } from './image-upload.ts';
import { PATCH_TYPE, patchBody } from './json-patch.ts';
import type {
  Answered,
  ImageService,
  ImageUpload,
  ListQuery,
  NewImage,
  PatchOperation,
  UploadOptions,
} from './service.ts';

export interface ImageClientOptions {
  readonly session: Session;
  readonly http: Http;
  /** Root of the API v2, without a trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  readonly log: Log;
}

interface ClientRequest {
  readonly method: HttpRequest['method'];
  readonly path: string;
  /** Statuses that are no failure. */
  readonly ok: readonly number[];
  readonly body?: string;
  readonly contentType?: string;
  readonly signal: AbortSignal | undefined;
}

/** ms that a token must live for when a body starts: it can't be sent again by itself. */
const LIFE_FOR_UPLOAD = 300_000;

/** Glance's Image API v2 in one region (https://docs.openstack.org/api-ref/image/v2/). */
export class ImageClient implements ImageService {
  readonly region: string;
  readonly #session: Session;
  readonly #http: Http;
  readonly #endpoint: string;
  readonly #log: Log;

  constructor(options: ImageClientOptions) {
    this.region = options.region;
    this.#session = options.session;
    this.#http = options.http;
    this.#endpoint = options.endpoint;
    this.#log = options.log;
  }

  list(query: ListQuery = {}): AsyncIterable<readonly LiveImage[]> {
    const request = { method: 'GET', ok: [200], signal: query.signal } as const;
    const pages = listPages(query, async (path) => {
      const { answer } = await this.#send('Listing images failed', { ...request, path });
      return answer.body;
    });
    return this.#located(pages);
  }

  async get(id: string, signal?: AbortSignal): Promise<LiveImage> {
    const what = `Reading the image ${id} failed`;
    const answered = await this.#send(what, { method: 'GET', path: imagePath(id), ok: [200], signal });
    return this.#image(answered).value;
  }

  async find(id: string, signal?: AbortSignal): Promise<LiveImage | undefined> {
    try {
      return await this.get(id, signal);
    } catch (error) {
      if (Failure.is(error, 'image-not-found')) return undefined;
      throw error;
    }
  }

  async create(image: NewImage, signal?: AbortSignal): Promise<Answered<LiveImage>> {
    const { properties, ...attributes } = image;
    const answered = await this.#send(`Creating the image "${image.name}" failed`, {
      method: 'POST',
      path: '/images',
      body: JSON.stringify({ ...attributes, ...properties }),
      ok: [201, 409],
      signal,
    });
    if (answered.answer.status !== 409) return this.#image(answered);
    // Ids of deleted images stay taken until the operator purges them.
    throw new Failure('id-taken', `The id ${image.id} is taken, maybe by a deleted image.`, {
      status: 409,
      requestId: answered.requestId,
      region: this.region,
    });
  }

  async patch(id: string, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<Answered<LiveImage>> {
    const request = { path: imagePath(id), ok: [200], signal };
    if (operations.length === 0) {
      return this.#image(await this.#send(`Reading the image ${id} failed`, { ...request, method: 'GET' }));
    }
    const answered = await this.#send(`Changing the image ${id} failed`, {
      ...request,
      method: 'PATCH',
      body: patchBody(operations),
      contentType: PATCH_TYPE,
    });
    return this.#image(answered);
  }

  async upload(id: string, size: number, options: UploadOptions = {}): Promise<ImageUpload> {
    const { signal } = options;
    // Glance would make an image of no bytes active.
    if (size === 0) throw new Failure('source-empty', `There is no data to upload for the image ${id}.`);
    const requestId = newRequestId();
    const what = `Uploading the data of the image ${id} failed`;
    try {
      const authorization = await this.#session.authorization({ minimumLife: LIFE_FOR_UPLOAD, signal });
      const upload = this.#http.upload({
        url: `${this.#endpoint}${imagePath(id)}/file`,
        ...options,
        size,
        headers: {
          accept: 'application/json',
          'content-type': 'application/octet-stream',
          'x-openstack-request-id': requestId,
          // Glance 31 and later refuses another size; older ones ignore it.
          'x-openstack-image-size': String(size),
          ...authorization,
        },
      });
      return openUpload(upload, {
        requestId,
        refuse: (answer) => {
          if (answer.status === 401) this.#session.refused(authorization);
          return glanceFailure(answer, what, this.region, requestId);
        },
        locate: (error) => this.#locate(error, requestId),
      });
    } catch (error) {
      throw this.#locate(error, requestId);
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
      const { answer, requestId } = await this.#send(what, request);
      if (answer.status !== 409) return { value: undefined, requestId };
      const { message } = glanceFailure(answer, what, this.region, requestId);
      const next = 'Delete the servers or volumes that use it first.';
      throw new Failure('image-in-use', message, { status: 409, requestId, region: this.region, next });
    } catch (error) {
      if (!Failure.is(error, 'image-not-found')) throw error;
      return { value: undefined, requestId: error.requestId ?? '' };
    }
  }

  /** The formats that this cloud's schema lists; empty where it lists none. */
  async formats(
    signal?: AbortSignal,
  ): Promise<{ readonly disk: readonly string[]; readonly container: readonly string[] }> {
    const request = { method: 'GET', path: '/schemas/image', ok: [200], signal } as const;
    const { answer } = await this.#send('Reading the schema of images failed', request);
    const properties = field(parseJson(answer.body), 'properties');
    const choices = (name: string): readonly string[] => {
      const values = field(field(properties, name), 'enum');
      return Array.isArray(values) ? values.filter((value: unknown) => typeof value === 'string') : [];
    };
    return { disk: choices('disk_format'), container: choices('container_format') };
  }

  async #act(id: string, action: string, what: string, signal: AbortSignal | undefined): Promise<Answered<void>> {
    const path = `${imagePath(id)}/actions/${action}`;
    const { requestId } = await this.#send(what, { method: 'POST', path, ok: [204], signal });
    return { value: undefined, requestId };
  }

  async #send(
    what: string,
    request: ClientRequest,
  ): Promise<{ readonly answer: HttpAnswer; readonly requestId: string }> {
    const sent = newRequestId();
    const { method, path, ok, body, contentType = 'application/json', signal } = request;
    // Exactly this: for any other Accept, Glance answers errors as HTML.
    const headers = { accept: 'application/json', 'x-openstack-request-id': sent };
    try {
      const answer = await this.#session.send({
        method,
        url: `${this.#endpoint}${path}`,
        headers: body === undefined ? headers : { ...headers, 'content-type': contentType },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      const requestId = requestIdOf(answer) ?? sent;
      this.#log.debug(`${this.region}: ${method} ${path.split('?')[0] ?? ''} ${answer.status} ${requestId}`);
      if (ok.includes(answer.status)) return { answer, requestId };
      throw glanceFailure(answer, what, this.region, requestId);
    } catch (error) {
      throw this.#locate(error, sent);
    }
  }

  #image({ answer, requestId }: { readonly answer: HttpAnswer; readonly requestId: string }): Answered<LiveImage> {
    try {
      return { value: parseImage(parseJson(answer.body)), requestId };
    } catch (error) {
      throw this.#locate(error, requestId);
    }
  }

  async *#located(pages: AsyncIterable<readonly LiveImage[]>): AsyncIterable<readonly LiveImage[]> {
    try {
      yield* pages;
    } catch (error) {
      throw this.#locate(error, undefined);
    }
  }

  /** The same failure with region and request id, where it has none. */
  #locate(error: unknown, requestId: string | undefined): unknown {
    if (!(error instanceof Failure) || error.code === 'cancelled') return error;
    const { status, next, cause } = error;
    const id = error.requestId ?? requestId;
    return new Failure(error.code, error.message, {
      region: error.region ?? this.region,
      ...(id === undefined ? {} : { requestId: id }),
      ...(cause === undefined ? {} : { cause }),
      ...(status === undefined ? {} : { status }),
      ...(next === undefined ? {} : { next }),
    });
  }
}

function imagePath(id: string): string {
  return `/images/${encodeURIComponent(id)}`;
}

function newRequestId(): string {
  return `req-${randomUUID()}`;
}
