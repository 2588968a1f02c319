import { randomUUID } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { requestIdOf } from '../../http/answers.ts';
import type { DownloadHttp, Http, HttpAnswer, HttpRequest } from '../../http/http.ts';
import type { Session } from '../../keystone/login/session.ts';
import type { Log } from '../../log.ts';
import { glanceFailure } from '../glance-failure.ts';
import { isImageId } from '../image.ts';

/** Connection to the Image API of one region. */
export interface GlanceConnection {
  readonly session: Session;
  readonly http: Http & DownloadHttp;
  /** Root of the API v2, without a trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  readonly log: Log;
}

/** A request below the root of the API. */
export interface GlanceRequest {
  readonly method: HttpRequest['method'];
  readonly path: string;
  /** The statuses of success. */
  readonly ok: readonly number[];
  readonly body?: string;
  /** JSON if omitted. */
  readonly contentType?: string;
  readonly signal: AbortSignal | undefined;
}

/** A successful answer, with the request id of the server, else the one that was sent. */
export interface GlanceAnswer {
  readonly answer: HttpAnswer;
  readonly requestId: string;
}

/** Sends requests to the Image API of one region. Throws `Failure` with region, status and request id for a refusal. */
export class GlanceRequests {
  readonly region: string;
  readonly #connection: GlanceConnection;

  constructor(connection: GlanceConnection) {
    this.region = connection.region;
    this.#connection = connection;
  }

  /** @param what the message of a failure: `Reading the image … failed` */
  async send(what: string, request: GlanceRequest): Promise<GlanceAnswer> {
    const { session, endpoint, log } = this.#connection;
    const sent = newRequestId();
    const { method, path, ok, body, contentType = 'application/json', signal } = request;
    // Exactly this: for any other Accept, Glance answers errors as HTML.
    const headers = { accept: 'application/json', 'x-openstack-request-id': sent };
    try {
      const answer = await session.send({
        method,
        url: `${endpoint}${path}`,
        headers: body === undefined ? headers : { ...headers, 'content-type': contentType },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      const requestId = requestIdOf(answer) ?? sent;
      log.debug(`${this.region}: ${method} ${path.split('?')[0] ?? ''} ${answer.status} ${requestId}`);
      if (ok.includes(answer.status)) return { answer, requestId };
      throw this.refusal(answer, what, requestId);
    } catch (error) {
      throw this.locate(error, sent);
    }
  }

  /** The failure for an answer of Glance. */
  refusal(answer: HttpAnswer, what: string, requestId: string): Failure {
    return glanceFailure(answer, what, { region: this.region, requestId, login: this.#connection.session.known() });
  }

  /** The failure, with region and request id added if missing. */
  locate(error: unknown, requestId: string | undefined): unknown {
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

/** The path of an image, below the root of the API. Throws `image-id-invalid` for anything but a UUID. */
export function imagePath(id: string): string {
  if (isImageId(id)) return `/images/${id}`;
  throw new Failure('image-id-invalid', `"${id.slice(0, 80)}" is not an image id, which is a UUID.`);
}

/**
 * A name from a cloud or a definition, as one segment of a path. Throws `name-unusable` for one that would change the
 * path: URLs treat even an encoded `..` as a step up (https://url.spec.whatwg.org/#double-dot-path-segment).
 */
export function pathSegment(name: string): string {
  if (name !== '' && name !== '.' && name !== '..') return encodeURIComponent(name);
  throw new Failure('name-unusable', `"${name}" is not a name that a request can contain.`);
}

export function newRequestId(): string {
  return `req-${randomUUID()}`;
}
