import type { Readable } from 'node:stream';

/** An answer to write to a socket. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as is; its length is in `headers`. */
  readonly stream?: Readable;
  /** Sent as is; its type is in `headers`. */
  readonly text?: string;
}

interface RefusalDetails {
  /** WebOb's detail, which follows the explanation of the status. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refused request. Glance and Keystone write it differently. */
export class Refusal extends Error {
  readonly status: number;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, explanation?: string, { detail = '', headers = {} }: RefusalDetails = {}) {
    super(explanation ?? explanations[status] ?? '');
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

/** A refusal as Glance writes it if the text is WebOb's first argument: the explanation of the status, then the text. */
export function refusalWithDetail(status: number, detail: string): Refusal {
  return new Refusal(status, undefined, { detail });
}

const titles: Readonly<Record<number, string>> = {
  300: 'Multiple Choices',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Request Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
};

const explanations: Readonly<Record<number, string>> = {
  401:
    'This server could not verify that you are authorized to access the document you requested. Either you supplied the ' +
    'wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  416: 'The Range requested is not available.',
  431: 'The server is refusing to service the request because the header fields are too large.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
};

/** WebOb's reason phrase of a status. */
function titleOf(status: number): string {
  return titles[status] ?? '';
}

/** The quality of a type in an `Accept` header, 0 to 1. */
function quality(accept: string, type: string): number {
  let best = { precision: -1, quality: 0 };
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim());
    const precision = name === type ? 2 : name === `${type.split('/')[0] ?? ''}/*` ? 1 : name === '*/*' ? 0 : -1;
    if (precision <= best.precision) continue;
    const written = parameters.find((parameter) => parameter.startsWith('q='));
    best = { precision, quality: written === undefined ? 1 : Number(written.slice(2)) };
  }
  return best.precision < 0 ? 0 : best.quality;
}

/** A refusal as Glance writes it: WebOb offers HTML and JSON in this order, and plain text to anyone else. */
export function webobAnswer(refusal: Refusal, accept: string | undefined): Answer {
  const code = `${refusal.status} ${titleOf(refusal.status)}`;
  const html = quality(accept ?? '', 'text/html');
  const json = quality(accept ?? '', 'application/json');
  const headers = refusal.headers;
  if (json > html) {
    const message = `${refusal.message}<br /><br />\n${refusal.detail}\n\n`;
    return { status: refusal.status, headers, json: { message, code, title: titleOf(refusal.status) } };
  }
  if (html > 0) {
    const text = `<html>\n <head>\n  <title>${code}</title>\n </head>\n <body>\n  <h1>${code}</h1>\n  ${escapeHtml(refusal.message)}<br /><br />\n${escapeHtml(refusal.detail)}\n\n\n </body>\n</html>`;
    return { status: refusal.status, headers: { ...headers, 'content-type': 'text/html; charset=UTF-8' }, text };
  }
  const text = `${code}\n\n${refusal.message}\n\n${refusal.detail}   `;
  return { status: refusal.status, headers: { ...headers, 'content-type': 'text/plain; charset=UTF-8' }, text };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A refusal as Keystone writes it. */
export function keystoneAnswer(refusal: Refusal): Answer {
  return {
    status: refusal.status,
    headers: refusal.headers,
    json: { error: { code: refusal.status, message: refusal.message, title: titleOf(refusal.status) } },
  };
}
