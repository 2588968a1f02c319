import { extname, join } from 'node:path';
import type { EngineAnswers, EngineSetup } from '../core/engine.ts';
import { definitionKey } from '../core/definition/definition.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import { announcements, hostsFolder, type Announcement } from './announcement.ts';
import { answersOf } from './answers.ts';
import { HostClient, type Answers, type BeginOptions, type FollowedRun, type Observe } from './client.ts';
import { forgetLeft, leftRuns, type LeftRun } from './journal.ts';
import type { RunSummary } from './protocol.ts';
import { hostOf, trustedCertificates, type StartOptions } from './start.ts';

/** What windows and terminals give. */
export interface OpenOptions {
  readonly version: string;
  /** What a run may ask here. */
  readonly answers: EngineAnswers;
  /** Asks for consent to plans that do more than was agreed to; nobody is asked if omitted. */
  readonly confirmAgain?: (plans: readonly Plan[]) => Promise<boolean>;
  /** Whether the certificates of the system count, besides Node's. */
  readonly systemCertificates?: boolean;
}

/** The host's file: beside this bundle, or in the sources. */
const PROGRAM = join(import.meta.dirname, extname(import.meta.filename) === '.ts' ? 'main.ts' : 'transfer-host.cjs');

/** The transfer hosts of this user. Starts none. */
export function openTransferHosts({ version, answers, confirmAgain, systemCertificates }: OpenOptions): TransferHosts {
  return new TransferHosts({
    folder: hostsFolder(),
    version,
    program: PROGRAM,
    certificates: () => trustedCertificates(systemCertificates === true),
    answers: answersOf(answers, confirmAgain),
  });
}

interface TransferHostsOptions extends StartOptions {
  readonly answers: Answers;
}

/** A run, and how to follow it. */
export interface FoundRun extends RunSummary {
  follow(observe: Observe): Promise<FollowedRun>;
}

/**
 * The transfer hosts of this user on this machine. There is one for each version: an older one ends with its last work, and
 * the locks between processes keep two of them off the same image.
 */
export class TransferHosts {
  readonly #options: TransferHostsOptions;
  readonly #clients = new Map<string, Promise<HostClient>>();

  constructor(options: TransferHostsOptions) {
    this.#options = options;
  }

  /** Starts an apply on the host of this version, which is started if there is none. Throws `transfer-host`. */
  async begin(plans: readonly Plan[], setup: EngineSetup, options: BeginOptions): Promise<FollowedRun> {
    const client = await this.#client(await hostOf(this.#options));
    return client.begin(plans, setup, options);
  }

  /** The runs of every host, also those that ended lately. Starts no host. */
  async runs(): Promise<readonly FoundRun[]> {
    const hosts = await announcements(this.#options.folder);
    const runs = await Promise.all(
      hosts.map(async (host) => {
        // One that ends at this moment has nothing to tell.
        const client = await this.#client(host).catch(() => undefined);
        const summaries = (await client?.runs().catch(() => undefined)) ?? [];
        return summaries.flatMap((summary): FoundRun[] =>
          client === undefined ? [] : [{ ...summary, follow: (observe) => client.follow(summary.run, observe) }],
        );
      }),
    );
    return runs.flat().toSorted((one, other) => one.startedAt - other.startedAt);
  }

  /** The runs whose host has ended: interrupted, or finished with nobody there. */
  async left(): Promise<readonly LeftRun[]> {
    return leftRuns(this.#options.folder);
  }

  /** Somebody was told of what finished with nobody there. */
  async forgetFinished(): Promise<void> {
    await forgetLeft(this.#options.folder, ({ ended }) => ended !== undefined);
  }

  /** Forgets what was interrupted of these plans: they have been applied again. */
  async forgetInterrupted(plans: readonly Plan[]): Promise<void> {
    const again = new Set(
      plans.map(({ definition, place }) => targetOf({ ...definition, ...place, key: definitionKey(definition) })),
    );
    await forgetLeft(this.#options.folder, (plan) => again.has(targetOf(plan)));
  }

  /** Closes the connections. What runs goes on. */
  dispose(): void {
    for (const client of this.#clients.values()) void client.then((each) => each.dispose()).catch(() => undefined);
    this.#clients.clear();
  }

  async #client(host: Announcement): Promise<HostClient> {
    const known = this.#clients.get(host.address);
    if (known !== undefined) return known;
    const client = HostClient.open(host, this.#options.answers);
    this.#clients.set(host.address, client);
    const gone = (): boolean => this.#clients.delete(host.address);
    client.then((each) => each.closed.then(gone), gone);
    return client;
  }
}

function targetOf({ file, key, cloud, region }: Readonly<Record<'file' | 'key' | 'cloud' | 'region', string>>): string {
  return JSON.stringify([file, key, cloud, region]);
}
