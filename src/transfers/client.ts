import { createConnection, type Socket } from 'node:net';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import type { ApplyOptions, EngineSetup } from '../core/engine.ts';
import { Failure } from '../core/failure.ts';
import { failedResult } from '../core/reconcile/applying/result.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { ApplyEvent, ApplyResult } from '../core/reconcile/model/result.ts';
import type { Announcement } from './announcement.ts';
import { connect, type LineConnection } from './lines.ts';
import {
  METHODS,
  type Answer,
  type Ask,
  type Begin,
  type Question,
  type RunEvent,
  type RunSummary,
  type Told,
  type Watched,
} from './protocol.ts';
import { eventFromWire, fromWire, setupToWire, toWire } from './wire.ts';

/** Answers what a run asks; `pass` where this client can't. `plans`: those that it asks about. `accepted` is called once a login with the answer succeeded. */
export type Answers = (about: Question, plans: readonly Plan[]) => Promise<Answer & { readonly accepted?: () => void }>;

/** A run as a client follows it. */
export interface FollowedRun {
  readonly id: string;
  readonly plans: readonly Plan[];
  readonly startedAt: number;
  /** The results, in the order of the plans, once the run has ended. Never rejects: a plan that the host lost has `transfer-host`. */
  readonly results: Promise<readonly ApplyResult[]>;
  /** Cancels all of it, or one plan. */
  cancel(plan?: string): void;
}

/** Told the plans of a run and when it started (ms since the epoch); returns what is told every event, those so far included. */
export type Observe = (plans: readonly Plan[], startedAt: number) => (event: ApplyEvent) => void;

/** Options of an apply that is handed over. */
export interface BeginOptions extends Pick<ApplyOptions, 'adopt' | 'recoverStuck' | 'onEvent'> {
  /** Whether somebody agrees to plans that do more than was agreed to; else they are declined. */
  readonly asks: boolean;
  /** Told the run's id before anything of it. */
  readonly onBegin?: (run: string) => void;
}

interface Following {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly onEvent: (event: ApplyEvent) => void;
  readonly results: Map<string, ApplyResult>;
  readonly ended: (message: string | undefined) => void;
}

/** A connection to one transfer host. Closing it cancels nothing. */
export class HostClient {
  readonly #connection: LineConnection;
  readonly #answers: Answers;
  readonly #following = new Map<string, Following>();
  /** Events of runs whose plans are not here yet. */
  readonly #early = new Map<string, RunEvent[]>();
  readonly #accepted = new Map<string, () => void>();
  readonly #closed = Promise.withResolvers<undefined>();

  private constructor(socket: Socket, answers: Answers) {
    this.#answers = answers;
    this.#connection = connect(socket, () => this.#lost());
    const { rpc } = this.#connection;
    this.#connection.trust();
    rpc.onNotification(METHODS.told, (told: Told) => this.#told(told));
    rpc.onRequest(METHODS.ask, (ask: Ask, token: CancellationToken) => this.#answer(ask, token));
    rpc.listen();
  }

  /** Connects to a host. Throws `transfer-host`. */
  static async open({ address, secret, version }: Announcement, answers: Answers): Promise<HostClient> {
    const socket = createConnection(address);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    socket.once('connect', () => resolve(undefined));
    socket.once('error', reject);
    try {
      await promise;
      const client = new HostClient(socket, answers);
      await client.#connection.rpc.sendRequest(METHODS.hello, { secret, version });
      return client;
    } catch (error) {
      socket.destroy();
      throw new Failure('transfer-host', 'The transfer host does not answer.', { cause: error });
    }
  }

  /** Resolves when the connection is closed. */
  get closed(): Promise<undefined> {
    return this.#closed.promise;
  }

  /** Starts an apply and follows it. */
  async begin(
    plans: readonly Plan[],
    setup: EngineSetup,
    { adopt = false, recoverStuck = false, asks, onEvent, onBegin }: BeginOptions,
  ): Promise<FollowedRun> {
    const begin: Begin = { setup: setupToWire(setup), work: toWire(plans), adopt, recoverStuck, asks };
    const { run } = await this.#connection.rpc.sendRequest<{ run: string }>(METHODS.begin, begin);
    onBegin?.(run);
    return this.follow(run, () => onEvent ?? (() => undefined), plans);
  }

  async runs(): Promise<readonly RunSummary[]> {
    return this.#connection.rpc.sendRequest(METHODS.runs);
  }

  /** Follows a run from its start. `known`: its plans, if this client began it. */
  async follow(id: string, observe: Observe, known?: readonly Plan[]): Promise<FollowedRun> {
    const { rpc } = this.#connection;
    this.#early.set(id, []);
    const { work, startedAt, events }: Watched = await rpc.sendRequest(METHODS.watch, { run: id });
    const plans = known ?? fromWire(work);
    const { promise: ended, resolve } = Promise.withResolvers<string | undefined>();
    const following: Following = {
      plans: new Map(plans.map((plan) => [plan.id, plan])),
      onEvent: observe(plans, startedAt),
      results: new Map(),
      ended: resolve,
    };
    this.#following.set(id, following);
    const early = this.#early.get(id) ?? [];
    this.#early.delete(id);
    this.#told({ run: id, events: [...events, ...early] });
    const results = ended.then((message) => plans.map((plan) => resultOf(plan, following, message)));
    const cancel = (plan?: string): void =>
      void rpc.sendRequest(METHODS.cancel, plan === undefined ? { run: id } : { run: id, plan }).catch(() => undefined);
    return { id, plans, startedAt, results, cancel };
  }

  /** Closes the connection. What runs goes on; nobody here is told more of it. */
  dispose(): void {
    this.#following.clear();
    this.#connection.close();
  }

  #told({ run, events }: Told): void {
    const following = this.#following.get(run);
    if (following === undefined) {
      this.#early.get(run)?.push(...events);
      return;
    }
    for (const event of events) this.#tell(run, following, event);
  }

  #tell(run: string, { plans, onEvent, results, ended }: Following, event: RunEvent): void {
    if (event.type === 'ended') {
      this.#following.delete(run);
      ended(event.message ?? '');
      return;
    }
    if (event.type === 'accepted') {
      this.#accepted.get(event.question)?.();
      return;
    }
    const plan = plans.get(event.plan);
    if (plan === undefined) return;
    const told = eventFromWire(event, plan.definition);
    if (told.type === 'result') results.set(event.plan, told.result);
    onEvent(told);
  }

  async #answer({ run, question, about }: Ask, token: CancellationToken): Promise<Answer> {
    const { accepted, ...answer } = await this.#answers(about, this.#plansOf(run, about));
    if (accepted !== undefined && !token.isCancellationRequested) this.#accepted.set(question, accepted);
    return answer;
  }

  /** The plans that a question is about. */
  #plansOf(run: string, about: Question): readonly Plan[] {
    if (about.kind !== 'plans') return [];
    const known = this.#following.get(run)?.plans;
    return about.plans.flatMap((plan) => {
      const definition = known?.get(plan.id)?.definition;
      return definition === undefined ? [] : [{ ...plan, definition }];
    });
  }

  #lost(): void {
    for (const { ended } of this.#following.values()) ended(undefined);
    this.#following.clear();
    this.#closed.resolve(undefined);
  }
}

/** The result of a plan; one that the host never gave is told as an event too. */
function resultOf(plan: Plan, { results, onEvent }: Following, message: string | undefined): ApplyResult {
  const given = results.get(plan.id);
  if (given !== undefined) return given;
  const result = failedResult(plan, notEnded(message), undefined);
  onEvent({ type: 'result', plan: plan.id, result });
  return result;
}

/** @param message what the host said of the whole run; `undefined` if it is gone. */
function notEnded(message: string | undefined): Failure {
  if (message !== undefined && message !== '') return new Failure('transfer-host', message);
  return new Failure(
    'transfer-host',
    message === undefined
      ? 'The connection to the transfer host was lost before the apply ended.'
      : 'The apply ended without a result.',
    { next: 'Apply again: it goes on with what is there.' },
  );
}
