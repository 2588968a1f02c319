/** The TLS settings of a cloud. */
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
  /** Sent as is; absent for no body. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** An answer of any status: no status throws. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `host:port` of a proxy that forwarded the request, and may have answered in the server's place. */
  readonly proxy?: string;
  /** At most 32 MiB; a longer one throws `answer-too-large`. */
  readonly body: string;
}

/**
 * A body that is sent once, in pieces, from reused buffers: a piece may be reused once `write` settles.
 * A body that ends too early, or whose source fails, must end with `destroy`, never with `finish`: a clean end would activate a truncated image.
 */
export interface HttpUpload {
  /**
   * Resolves when the piece was passed to the socket. Throws `Failure` if the connection broke, `answered-early` if
   * `early` has settled, `body-size` if the body gets longer than announced.
   */
  write(piece: Uint8Array): Promise<void>;
  /** Ends the body and returns the server's answer, even an early one. Throws `body-size` if the body is shorter than announced. */
  finish(): Promise<HttpAnswer>;
  /** Resolves with an answer before the end of the body, e.g. a 413; pending otherwise. */
  readonly early: Promise<HttpAnswer>;
  /** Closes the socket. */
  destroy(reason: unknown): void;
}

/** A body that is sent in pieces. */
export interface HttpUploadRequest extends Omit<HttpRequest, 'body' | 'method'> {
  /** Bytes. */
  readonly size: number;
  /** ms that the connection may be silent during the body; the general limit if omitted. */
  readonly stallTimeout?: number;
}

/** A request with a streamed answer. */
export interface HttpDownloadRequest extends Omit<HttpRequest, 'body' | 'method'> {
  /** ms without a byte; the general limit if omitted. */
  readonly stallTimeout?: number;
  /** Checks the addresses that a name resolves to; what it throws is thrown. Not called if a proxy resolves names. */
  readonly checkAddress?: (address: string) => void;
}

/** An answer whose body has not been read yet. */
export interface HttpDownload {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As for `HttpAnswer`. */
  readonly proxy?: string;
  /**
   * The bytes as sent, readable once. Throws `connection-lost` if they end before `Content-Length` or the last
   * chunk, and what `Http` throws. Leaving the loop closes the connection.
   */
  readonly content: AsyncIterable<Uint8Array>;
  /** Closes the connection. */
  destroy(): void;
}

/**
 * HTTP for Keystone and Glance: never follows redirects (a token must not travel), retries only idempotent requests
 * without a body and only after connection faults and 502, 503, 504. Throws `Failure` with codes `connection-refused`,
 * `host-not-found`, `address-invalid`, `connection-lost`, `timeout`, `tls`, `proxy`, `header-invalid`, `cancelled`, `answer-too-large`.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** `PUT` with `Content-Length: size`. */
  upload(request: HttpUploadRequest): HttpUpload;
}

/** HTTP for sources of images: also without redirects, and without retries, because the caller can resume. */
export interface DownloadHttp {
  /** `GET`. */
  download(request: HttpDownloadRequest): Promise<HttpDownload>;
}
