import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Log } from '../../core/log.ts';
import { writeNewSync } from '../../node/files/strict-files.ts';
import { readTextFileSync } from '../../node/files/text-file.ts';
import { isRunning, thisMachine } from '../../node/processes/this-machine.ts';
import type { KeptTransfers, TransferPersistence } from '../../state/transfers/transfers.ts';

/** How long (ms) a process that keeps its transfers every two seconds may be silent and still count as running. */
const SILENT_AT_MOST = 60_000;

/** Many times what a workspace keeps. */
const KEPT_BYTES_AT_MOST = 16 * 1024 * 1024;

/** What keeping transfers needs. */
export interface TransferFilesOptions {
  /** Of the workspace; made when it is needed. */
  readonly folder: string;
  readonly log: Log;
  /** Who keeps them: this process, but for tests. */
  readonly processId?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Keeps the transfers of a workspace, a file for each extension host: two windows on one folder do not overwrite each other's,
 * and each can see how the other's stand. What hosts that have ended left is taken over with the first save.
 */
export class TransferFiles implements TransferPersistence {
  readonly #folder: string;
  readonly #log: Log;
  readonly #processId: number;
  readonly #now: () => number;
  readonly #own: string;
  /** Files of hosts that have ended, whose transfers this one has read. */
  readonly #left = new Set<string>();
  #saved = false;
  #complained = false;

  constructor({ folder, log, processId = process.pid, now = Date.now }: TransferFilesOptions) {
    this.#folder = folder;
    this.#log = log;
    this.#processId = processId;
    this.#now = now;
    this.#own = `${thisMachine()}.${processId}.json`;
  }

  load(): readonly KeptTransfers[] {
    // Before the first save, a file of this name was left by an earlier process that had the same id.
    return this.#files()
      .filter((name) => name !== this.#own || !this.#saved)
      .map((name) => this.#read(name))
      .filter((kept) => kept !== undefined)
      .toSorted((one, other) => one.savedAt - other.savedAt);
  }

  /** At once, so that the last state is there when the host ends; without waiting for the disk. */
  save(transfers: Parameters<TransferPersistence['save']>[0]): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = join(this.#folder, this.#own);
      writeNewSync(`${file}.new`, JSON.stringify({ savedAt: this.#now(), transfers }));
      renameSync(`${file}.new`, file);
      this.#saved = true;
      for (const name of this.#left) if (name !== this.#own) rmSync(join(this.#folder, name), { force: true });
      this.#left.clear();
    } catch (error) {
      if (!this.#complained) this.#log.warn(`Transfers can't be saved in ${this.#folder}: ${String(error)}`);
      this.#complained = true;
    }
  }

  #files(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((name) => name.endsWith('.json'));
    } catch {
      // Nothing was kept yet.
      return [];
    }
  }

  #read(name: string): KeptTransfers | undefined {
    try {
      const kept: unknown = JSON.parse(readTextFileSync(join(this.#folder, name), { atMost: KEPT_BYTES_AT_MOST }));
      if (typeof kept !== 'object' || kept === null) return undefined;
      const { savedAt, transfers } = kept as { readonly savedAt?: unknown; readonly transfers?: unknown };
      if (typeof savedAt !== 'number') return undefined;
      const open = this.#isOpen(name, savedAt);
      if (!open) this.#left.add(name);
      return { transfers, savedAt, open };
    } catch (error) {
      this.#log.warn(`Saved transfers can't be read from ${join(this.#folder, name)}: ${String(error)}`);
      return undefined;
    }
  }

  /** A silent process is another one that got the same id; of another machine's, only the silence tells. */
  #isOpen(name: string, savedAt: number): boolean {
    const [machine, id] = name.split('.');
    if (this.#now() - savedAt > SILENT_AT_MOST || name === this.#own) return false;
    const processId = Number(id);
    return machine !== thisMachine() || (processId !== this.#processId && isRunning(processId));
  }
}
