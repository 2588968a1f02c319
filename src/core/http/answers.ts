import type { ErrorCode } from '../error-codes.ts';
import { Failure, type FailureDetails } from '../failure.ts';
import type { HttpAnswer } from './http.ts';
import { withoutMarkup } from './markup.ts';
import { withoutControlSequences } from '../quote.ts';

/** Characters of an error's text that are read; the message comes first. */
const READ_AT_MOST = 16_384;
/** Characters that are shown. Longer texts are schema dumps or whole pages. */
const MESSAGE_AT_MOST = 400;
/** Glance has no longer request ids. */
const REQUEST_ID_AT_MOST = 64;
/**
 * Most lists, objects and commas of a document. A page of 1,000 images with 128 properties each has a third of it; 32 MiB of `{},`
 * would block the process for ten seconds.
 */
const PIECES_AT_MOST = 1_000_000;

/**
 * The useful sentence of an error body. Glance (WebOb) puts a general explanation, `<br /><br />` and the detail into
 * `message`; Keystone says `error.message`; proxies answer HTML. Empty where the body says nothing.
 */
export function errorText(answer: HttpAnswer): string {
  const json = parseJson(answer.body);
  const message = textAt(json, 'message') ?? textAt(field(json, 'error'), 'message') ?? textAt(json, 'error');
  if (message !== undefined) return shortened(sentence(message.slice(0, READ_AT_MOST)));
  if (json !== undefined) return '';
  return plainWords(answer.body);
}

/** The message of a server within another document, e.g. of a task, cleaned like that of an error. */
export function plainWords(text: string): string {
  return shortened(plain(withoutMarkup(text.slice(0, READ_AT_MOST))));
}

/** The request id of an answer. */
export function requestIdOf(answer: HttpAnswer): string | undefined {
  const id = answer.headers['x-openstack-request-id'];
  return id === undefined ? undefined : plain(id.slice(0, REQUEST_ID_AT_MOST)) || undefined;
}

/** The `Failure` for an answer: what failed, then the server's message, and the proxy that may have written it. */
export function failureOf(answer: HttpAnswer, code: ErrorCode, what: string, details: FailureDetails = {}): Failure {
  const text = errorText(answer);
  const own = requestIdOf(answer);
  const requestId = own ?? details.requestId;
  const forwarded = own === undefined ? cameThrough(answer) : '';
  return new Failure(code, `${what}${text === '' ? '.' : `: ${text}`}${forwarded}`, {
    ...details,
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** A sentence that names the proxy which forwarded an answer, and may have written it; empty where none did. */
export function cameThrough({ proxy }: Pick<HttpAnswer, 'proxy'>): string {
  return proxy === undefined ? '' : ` (This came through the proxy ${proxy}.)`;
}

/** ms that a `Retry-After` in seconds asks to wait, at most `atMost`; 0 where there is none. */
export function retryAfter({ headers }: Pick<HttpAnswer, 'headers'>, atMost: number): number {
  const seconds = Number(headers['retry-after'] ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), atMost) : 0;
}

/** Parses a body as JSON; `undefined` for invalid JSON and for an implausibly large document. */
export function parseJson(body: string): unknown {
  if (body.length > PIECES_AT_MOST && pieces(body) > PIECES_AT_MOST) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Proxies answer HTML, and dying servers half a document. The caller reports what it expected.
    return undefined;
  }
}

/** An own field of an object, `undefined` for anything else. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function pieces(json: string): number {
  let count = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === 0x2c || code === 0x5b || code === 0x7b) count += 1;
  }
  return count;
}

function textAt(value: unknown, name: string): string | undefined {
  const text = field(value, name);
  return typeof text === 'string' ? text : undefined;
}

/** The detail, else the general explanation. Of a schema error only the problem and its place, not the schema itself. */
function sentence(message: string): string {
  const parts = message.split(/<br\s*\/?>/i).filter((part) => plain(part) !== '');
  const said = parts.at(-1) ?? '';
  const [before = '', dump] = said.split('\nFailed validating ', 2);
  const wrong = plain(withoutMarkup(before));
  const where = dump === undefined ? undefined : /On instance((?:\[[^[\]\n]*\])+)/.exec(dump)?.[1];
  return where === undefined ? wrong : `${wrong} (at ${plain(where)})`;
}

/** One line without control and bidirectional characters, for terminals and notifications. */
function plain(text: string): string {
  return (
    withoutControlSequences(text)
      // eslint-disable-next-line no-control-regex -- these are what has to go
      .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

function shortened(text: string): string {
  return text.length > MESSAGE_AT_MOST ? `${text.slice(0, MESSAGE_AT_MOST).trimEnd()}…` : text;
}

/** A value from an answer, with its request id. */
export interface Answered<T> {
  readonly value: T;
  readonly requestId: string;
}
