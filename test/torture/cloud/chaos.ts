import type { Client } from '../machine/client.ts';
import type { History } from '../history.ts';
import type { Machine } from '../machine/machine.ts';
import { disturbFiles } from '../others/outside-files.ts';
import { disturbImages } from '../others/outside-images.ts';
import type { PoweredCloud } from './power.ts';
import type { Random } from '../../host/random.ts';
import type { Slot } from '../slot.ts';
import type { Web } from './web.ts';
import type { Witness } from '../checks/witness.ts';

/** What chaos can do harm to. */
export interface Harmed {
  readonly slots: readonly Slot[];
  readonly machines: readonly Machine[];
  /** Those that run now. */
  readonly clients: ReadonlySet<Client>;
  readonly cloud: PoweredCloud;
  readonly witness: Witness;
  readonly web: Web;
  readonly history: History;
  /** ms of the longest sleep: longer than an apply may take. */
  readonly longestSleep: number;
  /** Both machines apply the same, and all that happens is that one of them sleeps while the other goes on. */
  readonly duel: boolean;
}

/** What can happen, as often as it stands here. */
const ANYTHING = [
  'kill client',
  'kill client',
  'interrupt client',
  'sleep',
  'sleep',
  'kill Glance',
  'cut',
  'cut',
  'stall',
  'truncate',
  'truncate',
  'image edit',
  'image edit',
  'image edit',
  'file edit',
  'file edit',
  'web',
] as const;
const DUEL = ['sleep', 'sleep', 'sleep', 'sleep', 'stall', 'cut'] as const;

/** Kills, cuts, stalls, puts to sleep and edits, one after the other with pauses, until it is told to stop. */
export class Chaos {
  readonly #harmed: Harmed;
  readonly #random: Random;
  readonly #stopping = new AbortController();
  readonly #sleeps = new Set<Promise<unknown>>();
  readonly #down = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  constructor(harmed: Harmed, random: Random) {
    this.#harmed = harmed;
    this.#random = random;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Everything runs and is connected again afterwards; nobody sleeps any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#sleeps);
    for (const region of this.#down) await this.#harmed.cloud.start(region);
    this.#down.clear();
    for (const machine of this.#harmed.machines) machine.calm();
    this.#harmed.web.calm();
  }

  async #run(): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      const random = this.#random.fork(String(turn));
      await this.#pause(random.pick([10, 50, 100, 200, 400, 1000]));
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#act(random);
      } catch (error) {
        // The witness itself is hit where Glance is down.
        this.#harmed.history.note(`an outside edit did not come through: ${String(error)}`);
      }
    }
  }

  async #act(random: Random): Promise<void> {
    const { machines, clients, cloud, history, web, slots, witness } = this.#harmed;
    const client = clients.size === 0 ? undefined : random.pick([...clients]);
    const way = random.pick(random.pick(machines).ways);
    const action = random.pick(this.#harmed.duel ? DUEL : ANYTHING);
    switch (action) {
      case 'kill client':
        if ((await client?.signal('SIGKILL')) === true) history.did('kills of clients', named(client));
        return;
      case 'interrupt client':
        if ((await client?.signal('SIGINT')) === true) history.did('interruptions of clients', named(client));
        return;
      case 'sleep':
        if (client?.asleep === false) this.#sleep(client, random);
        return;
      case 'kill Glance':
        await this.#killGlance(random.pick(cloud.regions), random);
        return;
      case 'cut':
        if (way.connections > 0) history.did('cuts');
        way.cut(random.pick([0, 0, 300, 3000]));
        return;
      case 'stall':
        way.stall();
        history.did('stalls');
        await this.#pause(random.int(100, 6000));
        way.go();
        return;
      case 'truncate':
        if (way.connections > 0) history.did('truncations');
        way.truncate(random.pick(['up', 'down']), random.pick([0, 100, 1000, 70_000, 700_000]));
        return;
      case 'image edit': {
        const done = await disturbImages(random.pick(slots), random.pick(cloud.regions), witness, random);
        if (done !== undefined) history.did('outside edits of images', done);
        return;
      }
      case 'file edit':
        history.did('outside edits of files', await disturbFiles(random.pick(slots), random));
        return;
      default: {
        const how = random.pick(['cut', 'stall', 'error'] as const);
        web.spoil(how);
        history.did('sources spoilt', how);
      }
    }
  }

  #sleep(client: Client, random: Random): void {
    const { history, longestSleep } = this.#harmed;
    const milliseconds = random.pick([500, 500, 2000, 2000, 4000, longestSleep]);
    history.did('sleeps', `${named(client)} for ${String(milliseconds)} ms`);
    const sleep = client.sleep(milliseconds);
    this.#sleeps.add(sleep);
    void sleep.finally(() => this.#sleeps.delete(sleep));
  }

  async #killGlance(region: string, random: Random): Promise<void> {
    const { cloud, history } = this.#harmed;
    this.#down.add(region);
    await cloud.kill(region);
    history.did('kills of Glance', region);
    await this.#pause(random.pick([0, 500, 3000]));
    await cloud.start(region);
    this.#down.delete(region);
    history.note(`Glance of ${region} runs again`);
  }

  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, milliseconds);
    this.#stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    await promise;
    clearTimeout(timer);
  }
}

function named(client: Client | undefined): string {
  return client === undefined ? '' : `${client.machine}: ${client.words.join(' ')}`;
}
