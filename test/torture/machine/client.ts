import type { ChildProcess } from 'node:child_process';
import { firstChild } from './processes.ts';

/** How a client ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the command line that can be killed, put to sleep and woken. */
export class Client {
  readonly machine: string;
  readonly words: readonly string[];
  readonly ended: Promise<Outcome>;
  /** Whether it was killed from here. */
  killed = false;
  /** Whether it was told to end. */
  interrupted = false;
  /** Milliseconds that it slept. */
  slept = 0;
  #over = false;
  #asleep = false;
  readonly #child: ChildProcess;
  readonly #within: boolean;

  /** @param within whether the child only enters the namespace, where the client is its child */
  constructor(child: ChildProcess, machine: string, words: readonly string[], within: boolean) {
    this.#child = child;
    this.machine = machine;
    this.words = words;
    this.#within = within;
    const written = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.#over = true;
        resolve({ code, ...written });
      });
    });
  }

  get asleep(): boolean {
    return this.#asleep;
  }

  /** Sends a signal to it. Returns whether there was somebody to get it. */
  async signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGINT'): Promise<boolean> {
    const outer = this.#child.pid;
    if (this.#over || outer === undefined) return false;
    const inner = this.#within ? await firstChild(outer) : outer;
    if (inner === undefined) return false;
    if (name === 'SIGKILL') this.killed = true;
    if (name === 'SIGINT') this.interrupted = true;
    // What stands before it stops with it, and has to be woken, too.
    return sent(inner, name) && (name !== 'SIGCONT' || inner === outer || sent(outer, name));
  }

  /** Puts it to sleep for so long, unless it sleeps already. */
  async sleep(milliseconds: number): Promise<boolean> {
    if (this.#asleep) return false;
    // Before the signal, which takes its time: else a second one comes in between, and wakes it early.
    this.#asleep = true;
    if (!(await this.signal('SIGSTOP'))) return (this.#asleep = false);
    this.slept += milliseconds;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, milliseconds)), this.ended]);
    await this.signal('SIGCONT');
    this.#asleep = false;
    return true;
  }
}

function sent(id: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(id, name);
    return true;
  } catch {
    return false;
  }
}
