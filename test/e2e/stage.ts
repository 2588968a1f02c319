import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { freePort } from '../host/ports.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench, type WorkbenchOptions } from './workbench/workbench.ts';

/** What a definition of the workspace's disk image has beside its name. */
export const DISK = { container_format: 'bare', disk_format: 'raw', local_file_path: 'images/disk.raw' };

export interface StageOptions {
  /** Whether a sandbox cloud runs and the workspace has the definitions of all suites; else the workspace is empty and nobody has a cloud. */
  readonly sandbox?: boolean;
  readonly faults?: NonNullable<SandboxOptions['faults']>;
}

/** Where a story in the editor is told: a folder of its own with a workspace, a cloud, and VS Code once it is opened. */
export class Stage {
  readonly #options: StageOptions;
  #folder = '';
  #webPort = 0;
  #sandbox: Sandbox | undefined;
  #window: Workbench | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** A temporary folder, and the user's home. */
  get folder(): string {
    return this.#folder;
  }

  get workspace(): string {
    return join(this.#folder, 'workspace');
  }

  get cloudsFile(): string {
    if (this.#sandbox === undefined) throw new Error('No sandbox runs.');
    return this.#sandbox.cloudsFile;
  }

  /** The loopback port that the sandbox may import images from. */
  get webPort(): number {
    return this.#webPort;
  }

  async begin(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    await mkdir(this.workspace);
    const { sandbox = true, ...faults } = this.#options;
    if (!sandbox) return;
    await makeWorkspace(this.workspace);
    this.#webPort = await freePort();
    const importSources = [`127.0.0.1:${this.#webPort}`];
    const directory = join(this.#folder, 'sandbox');
    this.#sandbox = await startSandbox({ directory, users: ['demo'], importSources, ...faults });
  }

  /** Opens the workspace in VS Code. */
  async open({ environment, ...options }: Partial<WorkbenchOptions> = {}): Promise<Workbench> {
    const cloud = this.#sandbox && { OS_CLIENT_CONFIG_FILE: this.#sandbox.cloudsFile, OS_CLOUD: 'sandbox' };
    const nobodys = {
      HOME: this.#folder,
      XDG_CONFIG_HOME: join(this.#folder, 'none'),
      XDG_CACHE_HOME: join(this.#folder, 'cache'),
      XDG_DATA_HOME: join(this.#folder, 'data'),
    };
    const merged = { ...nobodys, ...(environment ?? cloud) };
    this.#window = await Workbench.open({ workspace: this.workspace, ...options, environment: merged });
    return this.#window;
  }

  /** Opens the workspace in VS Code, and a file of it in the editor. */
  async openFile(name: string): Promise<Workbench> {
    const window = await this.open();
    await window.openFile(name);
    return window;
  }

  /** The path of a file of the workspace. */
  path(name: string): string {
    return join(this.workspace, name);
  }

  /** Writes a file of the workspace: text, or a definition or several. */
  async write(name: string, content: string | object): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
    await writeFile(this.path(name), text);
  }

  /** Kills the process that carries applies out. */
  async killTransferHost(): Promise<void> {
    const files = await readdir(join(this.#folder, 'data', 'glance-images', 'transfers'));
    const announced = files.find((name) => /^\d+\.json$/.test(name));
    if (announced === undefined) throw new Error('No transfer host runs.');
    process.kill(Number.parseInt(announced, 10), 'SIGKILL');
  }

  /** Keeps what the window shows and what was logged. */
  async keepTraces(title: string): Promise<void> {
    await this.#window?.keepTraces(title);
  }

  async end(): Promise<void> {
    await this.#window?.close();
    await this.#sandbox?.stop();
    this.#window = this.#sandbox = undefined;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

/** A stage of its own for each test of the suite that calls this. */
export function stageForEach(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  beforeEach(() => stage.begin());
  keepTracesOfFailed(stage);
  afterEach(() => stage.end());
  return stage;
}

/** One stage for all tests of the suite that calls this, each of which goes on from where the one before it left. */
export function stageForAll(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  before(() => stage.begin());
  keepTracesOfFailed(stage);
  after(async function () {
    // Where what comes before the tests fails, none of them runs.
    const { title, tests = [] } = this.test?.parent ?? {};
    if (tests.some(({ state }) => state === undefined)) await stage.keepTraces(`before ${title ?? ''}`);
    await stage.end();
  });
  return stage;
}

function keepTracesOfFailed(stage: Stage): void {
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await stage.keepTraces(this.currentTest.title);
  });
}
