import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Engine, EngineOptions, EngineSetup } from '../core/engine.ts';
import type { Log } from '../core/log.ts';
import { announce, newAddress, openFolder, removeSocket } from './announcement.ts';
import { connect, type LineConnection } from './lines.ts';
import { answerSchema, beginSchema, checked, helloSchema, METHODS, runSchema, type RunSummary } from './protocol.ts';
import { Run, type Watcher } from './run.ts';
import { fromWire } from './wire.ts';

/** ms without work after which the host ends. */
const IDLE = 60_000;
/** ms that a client has to say who it is. */
const GREETING_WAIT = 5000;
const CONNECTIONS_AT_MOST = 64;
/** Runs that have ended and can still be looked at. */
const ENDED_AT_MOST = 100;

/** What a host is made from. */
export interface TransferHostOptions {
  readonly folder: string;
  readonly version: string;
  readonly log: Log;
  readonly createEngine: (options: EngineOptions) => Promise<Engine>;
  /** ms without work after which the host ends. */
  readonly idle?: number;
}

/** Carries out applies for the windows and terminals of this user, and outlives them. */
export class TransferHost {
  readonly #options: TransferHostOptions;
  readonly #runs = new Map<string, Run>();
  readonly #connections = new Set<LineConnection>();
  readonly #ended = Promise.withResolvers<undefined>();
  #idle: NodeJS.Timeout | undefined;

  constructor(options: TransferHostOptions) {
    this.#options = options;
  }

  /** Listens until a minute after the last work. Throws `transfer-host` and what the system throws. */
  async serve(): Promise<void> {
    const { folder, version } = this.#options;
    await openFolder(folder);
    const address = await newAddress(folder);
    let secret = '';
    const server = createServer((socket) => this.#accept(socket, secret));
    server.maxConnections = CONNECTIONS_AT_MOST;
    await listening(server, address);
    const { secret: told, withdraw } = await announce(folder, version, address);
    secret = told;
    this.#rest();
    await this.#ended.promise;
    await withdraw();
    server.close();
    for (const connection of this.#connections) connection.close();
    await removeSocket(address);
  }

  /** Ends, if nothing runs. */
  #rest(): void {
    clearTimeout(this.#idle);
    if ([...this.#runs.values()].some(({ running }) => running)) return;
    this.#idle = setTimeout(() => this.#ended.resolve(undefined), this.#options.idle ?? IDLE);
  }

  #accept(socket: Socket, secret: string): void {
    const watched = new Set<Run>();
    const connection = connect(socket, () => {
      this.#connections.delete(connection);
      for (const run of watched) run.leave(watcher);
    });
    this.#connections.add(connection);
    const watcher = watcherOf(connection);
    const greeting = setTimeout(() => connection.close(), GREETING_WAIT);
    const { rpc } = connection;
    rpc.onRequest(METHODS.hello, (given: unknown) => {
      clearTimeout(greeting);
      if (!isEqual(checked(helloSchema, given).secret, secret)) {
        connection.close();
        throw new TypeError('Who is that?');
      }
      connection.trust();
      this.#serve(connection, watcher, watched);
      return { version: this.#options.version };
    });
    rpc.onError(() => connection.close());
    rpc.listen();
  }

  /** The methods for a client that has said who it is. */
  #serve({ rpc }: LineConnection, watcher: Watcher, watched: Set<Run>): void {
    rpc.onRequest(METHODS.begin, (given: unknown) => this.#begin(given));
    rpc.onRequest(METHODS.runs, () => this.#summaries());
    rpc.onRequest(METHODS.watch, (given: unknown) => {
      const run = this.#runOf(checked(runSchema, given).run);
      watched.add(run);
      return run.watch(watcher);
    });
    rpc.onRequest(METHODS.cancel, (given: unknown) => {
      const { run, plan } = checked(runSchema, given);
      this.#runOf(run).cancel(plan);
      return {};
    });
  }

  async #begin(given: unknown): Promise<{ readonly run: string }> {
    const { setup, work, adopt, recoverStuck, asks } = checked(beginSchema, given);
    const { folder, log, createEngine } = this.#options;
    const plans = fromWire(work);
    clearTimeout(this.#idle);
    const run = await Run.begin(plans, folder, log);
    this.#runs.set(run.id, run);
    void run
      .carryOut(() => createEngine(engineOptions(setup, run, log)), { adopt, recoverStuck, asks })
      .finally(() => {
        this.#forgetOldest();
        this.#rest();
      });
    return { run: run.id };
  }

  #summaries(): readonly RunSummary[] {
    return [...this.#runs.values()].map(({ id, startedAt, running }) => ({ run: id, startedAt, running }));
  }

  #runOf(id: string): Run {
    const run = this.#runs.get(id);
    if (run === undefined) throw new RangeError('There is no such run.');
    return run;
  }

  #forgetOldest(): void {
    const ended = [...this.#runs.values()].filter(({ running }) => !running);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - ENDED_AT_MOST))) this.#runs.delete(id);
  }
}

/** The engine of a run asks whoever watches the run. */
function engineOptions(setup: EngineSetup, run: Run, log: Log): EngineOptions {
  const yes = (answer: unknown): boolean => answer === true;
  const text = (answer: unknown): string | undefined => (typeof answer === 'string' ? answer : undefined);
  return {
    ...setup,
    log,
    askLogin: async (login) => {
      const question = randomUUID();
      const answer = text(await run.ask({ kind: 'login', login }, question));
      return answer === undefined
        ? undefined
        : { text: answer, accepted: () => run.tellNow({ type: 'accepted', question }) };
    },
    secret: async (name, origin) => text(await run.ask({ kind: 'secret', name, origin })),
    confirmSecure: async (cloud, consent) => yes(await run.ask({ kind: 'secure', cloud, consent })),
    confirmSecret: async (variable, origin) => yes(await run.ask({ kind: 'variable', variable, origin })),
  };
}

function watcherOf({ rpc }: LineConnection): Watcher {
  return {
    told: (told) => void rpc.sendNotification(METHODS.told, told).catch(() => undefined),
    ask: async (ask, signal) => {
      const source = new CancellationTokenSource();
      signal.addEventListener('abort', () => source.cancel(), { once: true });
      return checked(answerSchema, await rpc.sendRequest(METHODS.ask, ask, source.token));
    },
  };
}

async function listening(server: Server, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen(address, () => resolve(undefined));
  await promise;
}

function isEqual(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return other !== '' && timingSafeEqual(hash(one), hash(other));
}
