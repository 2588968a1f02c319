import { homedir, hostname } from 'node:os';
import process from 'node:process';
import type { RunState } from '../../core/reconcile/ownership/run.ts';
import { hashed, isRunning, machineFacts, startOf, type MachineFacts } from './this-machine.ts';

/** What the names of processes are made and judged from. */
export interface ProcessFacts {
  readonly processId: number;
  machine(): MachineFacts;
  /** When a process started; `undefined` where it is gone or that is not told. */
  startOf(processId: number): string | undefined;
  isRunning(processId: number): boolean;
}

const HERE: ProcessFacts = { processId: process.pid, machine: () => machineFacts(), startOf, isRunning };

/**
 * Names of processes that processes of other machines can tell from their own: `MACHINE.BOOT.NAMESPACE.PID.START`, each but the
 * id hashed. `0` stands for what the platform does not tell.
 */
export class ProcessNames {
  readonly #facts: ProcessFacts;
  #own: readonly string[] | undefined;

  constructor(facts: ProcessFacts = HERE) {
    this.#facts = facts;
  }

  /** Of this process. */
  own(): string {
    return this.#parts().join('.');
  }

  /**
   * Whether the process of that name runs: `own` if it is this one. A process of another machine, or of a process namespace
   * other than ours, is `unknown`; so is one whose id is in use where nothing tells since when, and every name of an older form.
   */
  state(name: string): RunState {
    if (name === this.own()) return 'own';
    const parts = name.split('.');
    const [machine, boot, namespace, id, start] = parts;
    const [ownMachine, ownBoot, ownNamespace] = this.#parts();
    if (parts.length !== 5 || boot === UNTOLD || namespace === UNTOLD || namespace !== ownNamespace) return 'unknown';
    if (boot !== ownBoot) return machine === ownMachine && this.#isOneOfAKind() ? 'dead' : 'unknown';
    if (machine !== ownMachine) return 'unknown';
    const processId = Number(id);
    if (!Number.isSafeInteger(processId) || processId <= 0) return 'dead';
    if (!this.#facts.isRunning(processId)) return 'dead';
    const startNow = this.#facts.startOf(processId);
    if (startNow === undefined || start === UNTOLD) return 'unknown';
    return hashed(startNow) === start ? 'alive' : 'dead';
  }

  /** Containers may share the id of their image's installation, and clones of one with no id only names. */
  #isOneOfAKind(): boolean {
    const { installation, outermost } = this.#facts.machine();
    return installation !== '' && outermost;
  }

  /** Looked at when they are first needed: some platforms have a program started for it. */
  #parts(): readonly string[] {
    if (this.#own === undefined) {
      const { processId } = this.#facts;
      const { installation, boot, namespace } = this.#facts.machine();
      const machine = installation === '' ? `${hostname()}\n${homedir()}` : installation;
      const start = this.#facts.startOf(processId) ?? '';
      const told = [machine, boot, namespace].map((fact) => (fact === '' ? UNTOLD : hashed(fact)));
      this.#own = [...told, String(processId), start === '' ? UNTOLD : hashed(start)];
    }
    return this.#own;
  }
}

const UNTOLD = '0';
