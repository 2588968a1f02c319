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
import type { Answered, ImageService, ImageUpload, ListQuery, NewImage, PatchOperation } from './service.ts';

export interface ImageClientOptions {
  readonly session: Session;
  readonly http: Http;
  /** Root of the API v2, without a trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  readonly log: Log;
}

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
    const { signal } = query;
    return listPages(query, async (path) =>
      this.#send('Listing images failed', { method: 'GET', path, ok: [200, 400], signal }),
    );
  }

  async get(id: string, signal?: AbortSignal): Promise<LiveImage> {
    const path = `/images/${encodeURIComponent(id)}`;
    const { answer } = await this.#send(`Reading the image ${id} failed`, { method: 'GET', path, ok: [200], signal });
    return parseImage(parseJson(answer.body));
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
    const what = `Creating the image "${image.name}" failed`;
    const body = JSON.stringify({ ...attributes, ...properties });
    const { answer, requestId } = await this.#send(what, {
      method: 'POST',
      path: '/images',
      body,
      ok: [201, 409],
      signal,
    });
    if (answer.status === 409) {
      throw new Failure('id-taken', `The id ${image.id} is taken.`, { status: 409, requestId, region: this.region });
    }
    return { value: parseImage(parseJson(answer.body)), requestId };
  }

  async patch(id: string, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<Answered<LiveImage>> {
    if (operations.length === 0) return { value: await this.get(id, signal), requestId: '' };
    const { answer, requestId } = await this.#send(`Changing the image ${id} failed`, {
      method: 'PATCH',
      path: `/images/${encodeURIComponent(id)}`,
      body: patchBody(operations),
      contentType: PATCH_TYPE,
      ok: [200],
      signal,
    });
    return { value: parseImage(parseJson(answer.body)), requestId };
  }

  async upload(id: string, size: number, signal?: AbortSignal): Promise<ImageUpload> {
    const requestId = newRequestId();
    const token = await this.#session.token({ minimumLife: 300_000, ...(signal === undefined ? {} : { signal }) });
    const upload = this.#http.upload({
      url: `${this.#endpoint}/images/${encodeURIComponent(id)}/file`,
      size,
      headers: {
        accept: 'application/json',
        'content-type': 'application/octet-stream',
        'x-auth-token': token,
        'x-openstack-request-id': requestId,
        'x-openstack-image-size': String(size),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    return openUpload(upload, {
      requestId,
      refuse: (answer) => {
        if (answer.status === 401) this.#session.invalidate(token);
        return glanceFailure(answer, `Uploading the data of the image ${id} failed`, this.region, requestId);
      },
      locate: (error) => this.#locate(error, requestId),
    });
  }

  async delete(id: string, signal?: AbortSignal): Promise<Answered<void>> {
    const { answer, requestId } = await this.#send(`Deleting the image ${id} failed`, {
      method: 'DELETE',
      path: `/images/${encodeURIComponent(id)}`,
      ok: [204, 404, 409],
      signal,
    });
    if (answer.status === 409) {
      const failure = glanceFailure(answer, `Deleting the image ${id} failed`, this.region, requestId);
      throw new Failure('image-in-use', failure.message, {
        status: 409,
        requestId,
        region: this.region,
        next: 'Delete the servers or volumes that use it first.',
      });
    }
    return { value: undefined, requestId };
  }

  /** The formats that this cloud's schema lists; empty where it lists none. */
  async formats(
    signal?: AbortSignal,
  ): Promise<{ readonly disk: readonly string[]; readonly container: readonly string[] }> {
    const { answer } = await this.#send('Reading the schema of images failed', {
      method: 'GET',
      path: '/schemas/image',
      ok: [200],
      signal,
    });
    const properties = field(parseJson(answer.body), 'properties');
    const choices = (name: string): readonly string[] => {
      const values = field(field(properties, name), 'enum');
      return Array.isArray(values) ? values.filter((value: unknown) => typeof value === 'string') : [];
    };
    return { disk: choices('disk_format'), container: choices('container_format') };
  }

  async #send(
    what: string,
    request: {
      readonly method: HttpRequest['method'];
      readonly path: string;
      readonly ok: readonly number[];
      readonly body?: string;
      readonly contentType?: string;
      readonly signal: AbortSignal | undefined;
    },
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

  /** The same failure with region and request id, where it has none. */
  #locate(error: unknown, requestId: string): unknown {
    if (!(error instanceof Failure) || error.code === 'cancelled') return error;
    return new Failure(error.code, error.message, {
      region: error.region ?? this.region,
      requestId: error.requestId ?? requestId,
      cause: error.cause,
      ...(error.status === undefined ? {} : { status: error.status }),
      ...(error.next === undefined ? {} : { next: error.next }),
    });
  }
}

function newRequestId(): string {
  return `req-${randomUUID()}`;
}
