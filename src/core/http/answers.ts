import { Failure, type FailureDetails } from '../failure.ts';
import type { HttpAnswer } from './http.ts';

/** Longer texts are schema dumps or whole pages. */
const MESSAGE_AT_MOST = 400;

/**
 * The useful sentence of an error body. Glance (WebOb) puts a general explanation, `<br />` and the detail into `message`;
 * Keystone says `error.message`; proxies answer HTML. Empty where the body says nothing.
 */
export function errorText(answer: HttpAnswer): string {
  const json = parseJson(answer.body);
  const message = textAt(json, 'message') ?? textAt(field(json, 'error'), 'message');
  const raw = message ?? (json === undefined ? answer.body : '');
  const html = message === undefined && /<(html|!doctype|head|body)/i.test(raw);
  const lines = (html ? titleOf(raw) : raw)
    .split(/<br\s*\/?>|\r?\n/i)
    .map((line) => plain(line))
    .filter((line) => line !== '');
  const detail = lines.slice(message === undefined ? 0 : Math.min(1, lines.length - 1)).join(' ');
  return detail.length > MESSAGE_AT_MOST ? `${detail.slice(0, MESSAGE_AT_MOST)}…` : detail;
}

/** The request id of an answer. */
export function requestIdOf(answer: HttpAnswer): string | undefined {
  return answer.headers['x-openstack-request-id'];
}

/** A `Failure` of an answer: what was tried, then the server's own words. */
export function failureOf(answer: HttpAnswer, code: string, what: string, details: FailureDetails = {}): Failure {
  const text = errorText(answer);
  const requestId = requestIdOf(answer) ?? details.requestId;
  return new Failure(code, text === '' ? `${what}.` : `${what}: ${text}`, {
    ...details,
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** A body as JSON, `undefined` where it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Proxies answer HTML, dying servers half a document: the caller says what it expected.
    return undefined;
  }
}

/** An own field of an object, `undefined` for anything else. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textAt(value: unknown, name: string): string | undefined {
  const text = field(value, name);
  return typeof text === 'string' ? text : undefined;
}

function titleOf(html: string): string {
  return /<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? html.replace(/<[^>]*>/g, ' ');
}

/** Without tags, control characters and runs of blanks: it is shown in terminals and notifications. */
function plain(line: string): string {
  return (
    line
      .replace(/<[^>]*>/g, ' ')
      // eslint-disable-next-line no-control-regex -- these are what has to go
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  );
}
