import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, Refusal } from './answers.ts';
import { exchangeOf, type Exchange } from './exchange.ts';
import type { Fault, FaultRequest, Faults } from './faults.ts';

/** A service on a port: Keystone, or Glance in one region. */
export interface Service {
  readonly kind: FaultRequest['service'];
  readonly region: string | undefined;
  /** Whether it ends the connection with each answer, and never says 100, as uWSGI does. */
  readonly closes: boolean;
  /** May throw `Refusal`; anything else that it throws is answered as a 500. */
  handle(exchange: Exchange): Promise<Answer>;
  /** Writes a refusal in the format of the service. */
  refuse(refusal: Refusal, exchange: Exchange): Answer;
}

/** A listening service. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1; port 0 chooses a free one. Throws what `listen` throws, e.g. EADDRINUSE.
 * `wait` is for work that outlives its answer: `stop` resolves only after it.
 */
export async function listen(service: () => Service, port: number, faults: Faults | undefined): Promise<Listening> {
  const open = new Set<Promise<void>>();
  const respond = (request: IncomingMessage, response: ServerResponse, continues: boolean): void => {
    const work = serve(service(), request, response, continues, faults).catch(() => {
      response.destroy();
    });
    open.add(work);
    void work.finally(() => open.delete(work));
  };
  const server = createServer({ requestTimeout: 0 }, (request, response) => respond(request, response, false));
  // Glance's own server sends 100 when it reads the first byte, after its own checks.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => respond(request, response, true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { port: taken, stop: () => close(server, open) };
}

async function close(server: Server, open: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
  await Promise.all(open);
}

async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  continues: boolean,
  faults: Faults | undefined,
): Promise<void> {
  // Reading the body or writing the answer reports a broken connection; without this listener it would end the process.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const fault = faults?.intercept({
    service: service.kind,
    region: service.region,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
  });
  const gone = new Promise<'gone'>((resolve) => response.once('close', () => resolve('gone')));
  if (fault?.until !== undefined && (await Promise.race([fault.until, gone])) === 'gone') return;
  if (service.closes) response.shouldKeepAlive = false;
  const exchange = exchangeOf(request, requestIdOf(request), fault, () => {
    if (continues && !service.closes) response.writeContinue();
  });
  const answer = fault?.answer === undefined ? await work(service, exchange) : answerOfFault(fault.answer);
  if (fault?.answerAfter !== undefined && (await Promise.race([fault.answerAfter, gone])) === 'gone') return;
  if (fault?.loseAnswer === true) response.destroy();
  else await send(response, answer, fault);
}

function answerOfFault(answer: NonNullable<Fault['answer']>): Answer {
  return { status: answer.status, headers: answer.headers ?? {}, text: answer.body ?? '' };
}

async function work(service: Service, exchange: Exchange): Promise<Answer> {
  try {
    return await service.handle(exchange);
  } catch (error) {
    return service.refuse(error instanceof Refusal ? error : new Refusal(500), exchange);
  }
}

function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers['x-openstack-request-id'];
  if (typeof sent !== 'string' || sent === '') return `req-${randomUUID()}`;
  return sent.startsWith('req-') ? sent : `req-${sent}`;
}

async function send(response: ServerResponse, answer: Answer, fault: Fault | undefined): Promise<void> {
  if (response.destroyed) return;
  const headers: Record<string, string> = { ...answer.headers };
  let body = answer.text ?? '';
  if (answer.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(fault?.alterAnswer === undefined ? answer.json : fault.alterAnswer(answer.json));
  }
  if (answer.stream === undefined) headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(answer.status, headers);
  if (answer.stream === undefined && fault?.closeAfterSent === undefined) {
    response.end(body);
    return;
  }
  let sent = 0;
  for await (const piece of answer.stream ?? [Buffer.from(body)]) {
    const bytes = piece as Buffer;
    const cut = fault?.closeAfterSent !== undefined && sent + bytes.length >= fault.closeAfterSent;
    const part = cut ? bytes.subarray(0, (fault.closeAfterSent ?? 0) - sent) : bytes;
    sent += part.length;
    await write(response, part);
    if (cut) {
      response.destroy();
      return;
    }
  }
  response.end();
}

/** Resolves when the piece is passed on, or the client has disconnected. */
function write(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) reject(new Error('The client has gone.'));
    else response.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
