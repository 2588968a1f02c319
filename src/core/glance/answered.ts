/** An answer with the request id that came with it. */
export interface Answered<T> {
  readonly value: T;
  readonly requestId: string;
}
