import { Failure, type FailureDetails } from '../failure.ts';
import type { HttpAnswer } from './http.ts';

/** Longer texts are schema dumps or whole pages. */
const MESSAGE_AT_MOST = 400;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", nbsp: ' ' };

/**
 * The useful sentence of an error body. Glance (WebOb) puts a general explanation, `<br /><br />` and the detail into
 * `message`; Keystone says `error.message`; proxies answer HTML. Empty where the body says nothing.
 */
export function errorText(answer: HttpAnswer): string {
  const json = parseJson(answer.body);
  const message = textAt(json, 'message') ?? textAt(field(json, 'error'), 'message') ?? textAt(json, 'error');
  if (message !== undefined) return shortened(sentence(message));
  if (json !== undefined) return '';
  return shortened(plain(isHtml(answer.body) ? titleOf(answer.body) : answer.body));
}

/** The request id of an answer. */
export function requestIdOf(answer: HttpAnswer): string | undefined {
  const id = answer.headers['x-openstack-request-id'];
  return id === undefined ? undefined : plain(id);
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

/** The detail, else the general explanation. Of a failed schema only what is wrong and where, not the schema itself. */
function sentence(message: string): string {
  const parts = message.split(/<br\s*\/?>/i).filter((part) => plain(part) !== '');
  const said = parts.at(-1) ?? '';
  const [wrong = '', dump] = said.split(/\n\s*\nFailed validating /);
  if (dump === undefined) return plain(said);
  const where = /On instance((?:\[[^\]\n]*\])+)/.exec(dump)?.[1];
  return where === undefined ? plain(wrong) : `${plain(wrong)} (at ${plain(where)})`;
}

function isHtml(body: string): boolean {
  return /^\s*<(html|!doctype|head|body|\?xml)/i.test(body);
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1];
  const text = title ?? html.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
  return text.replace(/&(#39|[a-z]+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

/** On one line, without what terminals and bidirectional text act upon: it is shown in terminals and notifications. */
function plain(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- escape sequences of terminals have to go whole
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g, '')
      // eslint-disable-next-line no-control-regex -- these are what has to go
      .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

function shortened(text: string): string {
  return text.length > MESSAGE_AT_MOST ? `${text.slice(0, MESSAGE_AT_MOST).trimEnd()}…` : text;
}
