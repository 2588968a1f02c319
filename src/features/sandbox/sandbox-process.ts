import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import { parseReadyLine } from './ready-line.ts';

/**
 * It ends with whoever started it, lists one cloud, so that a definition without `cloud` means it, and fills no disk: an image
 * has at most 2 GiB.
 */
const arguments_ = ['--while-stdin', '--demo-only', '--maximum-bytes', String(2 * 1024 ** 3)];

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How to start it. */
export interface SandboxProcessOptions {
  /** Absolute path of `dist/sandbox.cjs`. */
  readonly script: string;
  /** Absolute path of the folder that holds its data; made if it is not there. */
  readonly folder: string;
  readonly log: Log;
  /** Called once when a sandbox that was ready is gone without having been stopped. */
  readonly onExit: (reason: string) => void;
}

/** A sandbox cloud in a process of its own. It ends when its standard input is closed: with this process at the latest. */
export class SandboxProcess {
  readonly #child: Child;
  #stopping = false;
  /** Absolute path of its `clouds.yaml`. */
  readonly cloudsFile: string;

  private constructor(child: Child, cloudsFile: string, onExit: (reason: string) => void) {
    this.#child = child;
    this.cloudsFile = cloudsFile;
    child.once('exit', (code, signal) => {
      if (!this.#stopping) onExit(`exit ${code ?? signal ?? 'unknown'}`);
    });
  }

  /** Starts it and waits until it answers. Throws `Failure` with code `sandbox-failed`. */
  static async start({ script, folder, log, onExit }: SandboxProcessOptions): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [script, ...arguments_, '--dir', folder], {
      // The desktop's extension host is Electron, which is Node only if told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // It may end while its input is being closed.
    child.stdin.on('error', () => undefined);
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (said.length > 20) said.shift();
      log.debug(`sandbox: ${line}`);
    });
    const cloudsFile = await new Promise<string>((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(error.message)));
      child.once('close', (code) => reject(notStarted([`exit ${code ?? 'by signal'}`, ...said].join('\n'))));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const ready = parseReadyLine(line);
        if (ready !== undefined) resolve(ready.cloudsFile);
        else log.debug('sandbox: a line that is not its ready line');
      });
    });
    return new SandboxProcess(child, cloudsFile, onExit);
  }

  /** Settles when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdin.end();
    child.kill('SIGTERM');
    await gone;
  }
}

function notStarted(reason: string): Failure {
  return new Failure('sandbox-failed', `The sandbox cloud failed to start: ${reason}`);
}
