/** How to reach a server: what of a cloud's configuration concerns the connection itself. */
export interface TlsOptions {
  readonly verify: boolean;
  /** PEM text. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One request with a small body. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; absent for no body. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** An answer, whatever its status: no status throws. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** At most 32 MiB; a longer one throws `answer-too-large`. */
  readonly body: string;
}

/**
 * A body that is sent once, in pieces, from buffers that are used again: a piece may be reused as soon as `write` settles.
 * A body that ends too early, or whose source fails, must be ended by `destroy`, never by `finish`: a clean end would make a cut image active.
 */
export interface HttpUpload {
  /**
   * Settles when the piece has been handed to the socket. Throws `Failure` if the connection broke, `answered-early` if
   * `early` has settled, `body-size` if the body gets longer than announced.
   */
  write(piece: Uint8Array): Promise<void>;
  /** Ends the body and returns the server's answer, an early one too. Throws `body-size` if the body is shorter than announced. */
  finish(): Promise<HttpAnswer>;
  /** Settles with an answer that came before the body ended, e.g. a 413; pending otherwise. */
  readonly early: Promise<HttpAnswer>;
  /** Closes the socket. */
  destroy(reason: unknown): void;
}

/** A body that is sent in pieces. */
export interface HttpUploadRequest extends Omit<HttpRequest, 'body' | 'method'> {
  /** Bytes. */
  readonly size: number;
  /** ms that the connection may be silent while the body is sent; that of all requests where omitted. */
  readonly stallTimeout?: number;
}

/** A request whose answer is taken in pieces, as they come. */
export interface HttpDownloadRequest extends Omit<HttpRequest, 'body' | 'method'> {
  /** ms without a byte; that of all requests where omitted. */
  readonly stallTimeout?: number;
  /** Addresses that a name may not stand for; throws what is then thrown instead. Not asked where a proxy resolves names. */
  readonly checkAddress?: (address: string) => void;
}

/** An answer whose body has not been read yet. */
export interface HttpDownload {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /**
   * The bytes as they are on the wire, once. Throws `connection-lost` where they end before `Content-Length` or the last
   * chunk, and what `Http` throws. Leaving the loop closes the connection.
   */
  readonly content: AsyncIterable<Uint8Array>;
  /** Closes the connection. */
  destroy(): void;
}

/**
 * HTTP as Keystone and Glance need it: never follows a redirect (a token must not travel), retries only idempotent requests
 * without a body and only after connection faults and 502, 503, 504. Throws `Failure` with codes `connection-refused`,
 * `host-not-found`, `address-invalid`, `connection-lost`, `timeout`, `tls`, `proxy`, `header-invalid`, `cancelled`, `answer-too-large`.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** `PUT` with `Content-Length: size`. */
  upload(request: HttpUploadRequest): HttpUpload;
}

/** HTTP as sources of images need it: likewise without redirects, and without retries: who knows what it has goes on from there. */
export interface DownloadHttp {
  /** `GET`. */
  download(request: HttpDownloadRequest): Promise<HttpDownload>;
}
