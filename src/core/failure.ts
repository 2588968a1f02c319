import type { ErrorCode } from './error-codes.ts';

/** A position in a file, to open. */
export interface FilePlace {
  /** Absolute path. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** Details of a failure. */
export interface FailureDetails {
  /** What to do next, one sentence. */
  readonly next?: string;
  /** HTTP status of the answer, if there was one. */
  readonly status?: number;
  /** `x-openstack-request-id` of the answer, or the one that was sent. */
  readonly requestId?: string;
  readonly region?: string;
  /** Where to fix it. */
  readonly place?: FilePlace;
  readonly cause?: unknown;
}

/** Shared by every copy of this module that a process may load. */
const FAILURE = Symbol.for('glance-images.failure');

/**
 * An error for people. The message says what happened and why, in plain English, without secrets;
 * `code` is stable (`image-not-found`, `quota-exceeded`, `connection-refused`…).
 */
export class Failure extends Error {
  readonly [FAILURE] = true;
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly region: string | undefined;
  readonly place: FilePlace | undefined;

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.next = details.next;
    this.status = details.status;
    this.requestId = details.requestId;
    this.region = details.region;
    this.place = details.place;
  }

  /** Whether `value` is a Failure of any copy of this module. */
  static override [Symbol.hasInstance](value: unknown): value is Failure {
    return value instanceof Error && FAILURE in value;
  }

  /** Whether `error` is a Failure, and one with this code if a code is given. */
  static is(error: unknown, code?: ErrorCode): error is Failure {
    return error instanceof Failure && (code === undefined || error.code === code);
  }

  /** The failure as one paragraph: message, region, HTTP status, request id, next step. */
  explain(): string {
    const facts = [
      this.region === undefined ? undefined : `region ${this.region}`,
      this.status === undefined ? undefined : `HTTP ${this.status}`,
      this.requestId,
    ].filter((fact) => fact !== undefined);
    const where = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
    return `${this.message}${where}${this.next === undefined ? '' : ` ${this.next}`}`;
  }
}

/** Any thrown value as a `Failure`: an abort becomes `cancelled`, anything else `unexpected`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isAbort(error)) return new Failure('cancelled', 'Cancelled.', { cause: error });
  return new Failure('unexpected', messageOf(error), { cause: error });
}

/** Whether a thrown value is only the abort of an `AbortSignal`. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || Failure.is(error, 'cancelled'));
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a system error, such as `ENOENT`; empty where there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
