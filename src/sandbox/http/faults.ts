/** A request as seen by a fault, before it is handled. */
export interface FaultRequest {
  readonly service: 'identity' | 'image';
  /** Of an image service. */
  readonly region: string | undefined;
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What goes wrong with one request. Several may be combined. */
export interface Fault {
  /** Awaited before the request is handled. A promise that never settles is a hanging server. */
  readonly until?: Promise<unknown>;
  /** Sent at once instead of handling the request, as a proxy would. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** The connection is closed once this many bytes of the request's body were read. */
  readonly closeAfterReceived?: number;
  /** Changes the request's body. */
  readonly alterReceived?: (piece: Buffer) => Buffer;
  /** Awaited after the request is handled, before the answer is sent. */
  readonly answerAfter?: Promise<unknown>;
  /** The request is handled, then the connection is closed without an answer. */
  readonly loseAnswer?: boolean;
  /** The connection is closed once this many bytes of the answer's body were sent. */
  readonly closeAfterSent?: number;
  /** Changes a JSON answer, e.g. to a null checksum or another `os_hash_algo`. */
  readonly alterAnswer?: (document: unknown) => unknown;
}

/** Faults, which only a test in the same process can set, and no request. */
export interface Faults {
  intercept(request: FaultRequest): Fault | undefined;
}
