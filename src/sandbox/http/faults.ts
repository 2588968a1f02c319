/** A request as a fault sees it, before anything is done for it. */
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
  /** Waited for before the request is worked on. A promise that never settles is a server that hangs. */
  readonly until?: Promise<unknown>;
  /** Sent instead of working on the request, at once, as a proxy would. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** The connection is closed once this many bytes of the request's body were read. */
  readonly closeAfterReceived?: number;
  /** Changes the request's body on its way in. */
  readonly alterReceived?: (piece: Buffer) => Buffer;
  /** Waited for after the work is done, before the answer is sent. */
  readonly answerAfter?: Promise<unknown>;
  /** The work is done, then the connection is closed in place of an answer. */
  readonly loseAnswer?: boolean;
  /** The connection is closed once this many bytes of the answer's body were sent. */
  readonly closeAfterSent?: number;
  /** Changes a JSON answer on its way out, e.g. a null checksum or another `os_hash_algo`. */
  readonly alterAnswer?: (document: unknown) => unknown;
}

/** Faults that a test holds in its own process. Nothing in the sandbox makes one, and no request can ask for one. */
export interface Faults {
  intercept(request: FaultRequest): Fault | undefined;
}
