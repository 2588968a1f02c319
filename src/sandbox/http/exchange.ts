import type { IncomingMessage } from 'node:http';
import { Refusal } from './answers.ts';
import type { Fault } from './faults.ts';

/** A request for a handler. */
export interface Exchange {
  readonly method: string;
  /** Decoded, e.g. `/v2/images/x y`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** `http://` and the host as the client wrote it. */
  readonly origin: string;
  readonly requestId: string;
  /** Whether the client sends a body, by the rule of oslo's deserializer. */
  readonly hasBody: boolean;
  /** The body in pieces. Throws if the client disconnects before its end. */
  readonly body: AsyncIterable<Buffer>;
}

/** Most bytes of a JSON body. */
const maximumDocument = 16 * 1024 * 1024;

/** Creates an exchange for a request. `mayContinue` is called before the first byte is read. */
export function exchangeOf(
  request: IncomingMessage,
  requestId: string,
  fault: Fault | undefined,
  mayContinue: () => void,
): Exchange {
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
  const { path, query } = parseTarget(request.url ?? '/');
  const chunked = request.headers['transfer-encoding'] !== undefined;
  const method = request.method ?? 'GET';
  return {
    method,
    path,
    query,
    headers: request.headers,
    origin,
    requestId,
    hasBody: (chunked && /^(POST|PUT|PATCH)$/.test(method)) || Number(request.headers['content-length'] ?? 0) > 0,
    body: pieces(request, fault, mayContinue),
  };
}

function parseTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  try {
    return { path: decodeURIComponent(path), query };
  } catch {
    return { path, query };
  }
}

async function* pieces(
  request: IncomingMessage,
  fault: Fault | undefined,
  mayContinue: () => void,
): AsyncIterable<Buffer> {
  mayContinue();
  let received = 0;
  // Not destroyed when a reader stops early: the socket still has to carry the refusal.
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    const bytes = piece as Buffer;
    received += bytes.length;
    if (fault?.closeAfterReceived !== undefined && received >= fault.closeAfterReceived) {
      request.socket.destroy();
      throw new Error('The connection was closed on purpose.');
    }
    yield fault?.alterReceived === undefined ? bytes : fault.alterReceived(bytes);
  }
}

/** The body's JSON. Throws the refusals of Glance's deserializer: no body, not JSON, neither object nor array. */
export async function readJson(exchange: Exchange): Promise<Record<string, unknown> | readonly unknown[]> {
  if (!exchange.hasBody) throw new Refusal(400, 'Body expected in request.');
  const text = await readText(exchange);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Malformed JSON in request body.');
  }
  if (Array.isArray(document)) return document as unknown[];
  if (isRecord(document)) return document;
  throw new Refusal(400, 'Unexpected body type. Expected list/dict.');
}

/** The body as text. */
export async function readText(exchange: Exchange): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of exchange.body) {
    size += piece.length;
    if (size > maximumDocument) throw new Refusal(413, 'The body is too large.');
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
