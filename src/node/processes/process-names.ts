import { homedir, hostname } from 'node:os';
import process from 'node:process';
import { hashed, isRunning, machineFacts, startOf, type MachineFacts } from './this-machine.ts';
import type { RunState } from '../../core/reconcile/ownership/staged.ts';

/** The facts that names of processes are made of and checked against. */
export interface ProcessFacts {
  readonly processId: number;
  machine(): MachineFacts;
  /** When a process started; `undefined` if it has ended or the platform does not say. */
  startOf(processId: number): string | undefined;
  isRunning(processId: number): boolean;
}

const HERE: ProcessFacts = { processId: process.pid, machine: () => machineFacts(), startOf, isRunning };

/**
 * Names of processes that are unique across machines: `MACHINE.BOOT.NAMESPACE.PID.START`, each part but the
 * id hashed. `0` stands for a part that the platform does not tell.
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
   * Whether the process of that name runs; `own` if it is this one. A process of another machine or another process
   * namespace is `unknown`; so is one whose id is in use since an unknown time, and a name in an older form.
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

  /** Containers may share their image's installation id, and machines without an id only have names. */
  #isOneOfAKind(): boolean {
    const { installation, outermost } = this.#facts.machine();
    return installation !== '' && outermost;
  }

  /** Read on first use, because some platforms need to start a program for it. */
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
