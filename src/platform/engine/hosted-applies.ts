import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ApplyOptions } from '../../core/engine.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { hostsFolder } from '../../transfers/announcement.ts';
import type { FollowedRun } from '../../transfers/client.ts';
import type { openTransferHosts, FoundRun, TransferHosts } from '../../transfers/hosts.ts';
import type { LeftRun } from '../../transfers/journal.ts';
import type { Subscription } from '../../state/observable.ts';
import type { EngineAccess } from './engine-access.ts';
import { engineAnswers, engineSetup, type EngineDeps } from './engine-options.ts';
import { proxyVariables, usesSystemCertificates } from './proxy-settings.ts';

/** What is done with runs that this window did not begin, and asked about those that it watches. */
export interface RunWatcher {
  found(run: FoundRun): void;
  /** Runs whose host has ended: interrupted, or finished with nobody there. */
  left(runs: readonly LeftRun[]): void;
  /** Asks for consent to plans that do more than was agreed to. */
  confirmAgain(plans: readonly Plan[]): Promise<boolean>;
}

/**
 * Applies that outlive this window: those that move bytes are carried out by the transfer host. Where there can be none, the
 * engine of this window does the work, and the log says so.
 */
export class HostedApplies implements Subscription {
  readonly #deps: EngineDeps;
  readonly #engines: EngineAccess;
  /** Runs that this window follows. */
  readonly #known = new Set<string>();
  #watcher: RunWatcher | undefined;
  #hosts: Promise<TransferHosts> | undefined;
  #files: FSWatcher | undefined;
  #disposed = false;

  constructor(deps: EngineDeps, engines: EngineAccess) {
    this.#deps = deps;
    this.#engines = engines;
  }

  /** Carries plans out as `Engine.apply` does. */
  async apply(plans: readonly Plan[], options: ApplyOptions): Promise<readonly ApplyResult[]> {
    const hosted = plans.some(({ bytesToSend, remote }) => bytesToSend > 0 || remote !== undefined);
    const run = hosted ? await this.#begin(plans, options) : undefined;
    if (run === undefined) return this.#engines.use((engine) => engine.apply(plans, options));
    this.#cancelWith(run, options);
    return this.#settled(await run.results);
  }

  /** From now on tells of every run of this machine. Starts no host. */
  watch(watcher: RunWatcher): Subscription {
    this.#watcher = watcher;
    void this.#look(true);
    return vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void this.#look(false);
    });
  }

  /** Closes the connections. What runs goes on. */
  dispose(): void {
    this.#disposed = true;
    this.#files?.close();
    void this.#hosts?.then((hosts) => hosts.dispose()).catch(() => undefined);
  }

  /** What was interrupted of these plans is no more. */
  async #settled(results: readonly ApplyResult[]): Promise<readonly ApplyResult[]> {
    const ended = results.filter(({ status }) => ['done', 'unchanged', 'unverified'].includes(status));
    await (await this.#open()).forgetInterrupted(ended.map(({ plan }) => plan));
    return results;
  }

  async #begin(plans: readonly Plan[], options: ApplyOptions): Promise<FollowedRun | undefined> {
    const { log, notifications } = this.#deps;
    try {
      const hosts = await this.#open();
      const setup = { ...engineSetup(this.#deps), proxyEnvironment: proxyVariables() };
      const run = await hosts.begin(plans, setup, {
        ...options,
        asks: options.confirmAgain !== undefined,
        onBegin: (id) => this.#known.add(id),
      });
      return run;
    } catch (error) {
      const why = Failure.is(error) ? error.explain() : toFailure(error).explain();
      log.warn(`The apply runs in this window and ends with it: ${why}`);
      notifications.inform('This apply ends when the window closes: the transfer host does not start.');
      return undefined;
    }
  }

  /** Cancelling here cancels there; closing the window does not. */
  #cancelWith(run: FollowedRun, { signal, signalOf }: ApplyOptions): void {
    const cancelOn = (source: AbortSignal | undefined, plan?: string): void => {
      const cancel = (): void => {
        if (!this.#disposed) run.cancel(plan);
      };
      if (source?.aborted === true) cancel();
      source?.addEventListener('abort', cancel, { once: true });
    };
    cancelOn(signal);
    for (const plan of run.plans) cancelOn(signalOf?.(plan), plan.id);
  }

  async #open(): Promise<TransferHosts> {
    this.#hosts ??= import('../../transfers/hosts.ts').then(
      (module: { readonly openTransferHosts: typeof openTransferHosts }) =>
        module.openTransferHosts({
          version: this.#deps.version,
          answers: engineAnswers(this.#deps),
          confirmAgain: async (plans) => (await this.#watcher?.confirmAgain(plans)) ?? false,
          systemCertificates: usesSystemCertificates(),
        }),
    );
    return this.#hosts;
  }

  /** Looks for runs. Nothing is loaded where there is no trace of any. */
  async #look(first: boolean): Promise<void> {
    const watcher = this.#watcher;
    const folder = hostsFolder();
    const files = await readdir(folder, { recursive: true }).catch(() => undefined);
    if (watcher === undefined || files === undefined || this.#disposed) return;
    this.#files ??= this.#watchFolder(folder);
    if (!files.some((name) => /(?:^|[\\/])(?:\d+\.json|[\w-]+\.jsonl)$/.test(name))) return;
    const hosts = await this.#open();
    if (first) {
      watcher.left(await hosts.left());
      await hosts.forgetFinished();
    }
    for (const found of await hosts.runs()) {
      // One that ended before this window opened may have ended with nobody there.
      if (this.#known.has(found.run) || !(found.running || first)) continue;
      this.#known.add(found.run);
      watcher.found(found);
    }
  }

  /** A host announces itself by a file. */
  #watchFolder(folder: string): FSWatcher | undefined {
    try {
      const watching = watch(folder, { persistent: false }, () => void this.#look(false));
      watching.on('error', () => watching.close());
      return watching;
    } catch {
      // Then the runs of others are found when the window gets the focus.
      return undefined;
    }
  }
}
