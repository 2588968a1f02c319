import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bundle } from './bundle.ts';
import { Client } from './client.ts';
import type { CloudEntry } from '../cloud/clouds.ts';
import { firstChild } from './processes.ts';
import { Way } from '../cloud/way.ts';

export interface MachineOptions {
  readonly name: string;
  /** Its home and cache. */
  readonly folder: string;
  /** Where its programs see its home: the same path on two machines makes them twins. */
  readonly home: string;
  /** Where its programs run; the definitions, which both machines have. */
  readonly project: string;
  readonly entry: CloudEntry;
  /** Port of the images of each region. */
  readonly ports: ReadonlyMap<string, number>;
}

/**
 * A machine of its own: its processes see no others, in a process namespace of its own, and it has its own home and cache. Its
 * ways to the cloud are its own, too. Where namespaces are not allowed, another home has to do.
 */
export class Machine {
  readonly name: string;
  /** To Keystone and to each region. */
  readonly ways: readonly Way[];
  readonly isolated: boolean;
  readonly #options: MachineOptions;
  readonly #holder: ChildProcess | undefined;
  readonly #enter: readonly string[];

  private constructor(options: MachineOptions, ways: readonly Way[], holder: ChildProcess | undefined, inside: number) {
    this.name = options.name;
    this.ways = ways;
    this.isolated = holder !== undefined;
    this.#options = options;
    this.#holder = holder;
    const script = 'cd "$0" && exec "$@"';
    this.#enter =
      holder === undefined
        ? []
        : ['nsenter', '-t', String(inside), '-p', '-m', '--', 'sh', '-c', script, options.project];
  }

  static async start(options: MachineOptions): Promise<Machine> {
    await mkdir(options.folder, { recursive: true });
    await mkdir(options.home, { recursive: true });
    const holder = await namespace(options);
    const regions = [...options.ports.keys()];
    const keystone = await Way.open(Number(new URL(options.entry.auth.auth_url).port));
    const glances = await Promise.all([...options.ports.values()].map((port) => Way.open(port)));
    const override = (index: number): string => `http://127.0.0.1:${String(glances[index]?.port)}`;
    const cloud = {
      auth: { ...options.entry.auth, auth_url: `http://127.0.0.1:${String(keystone.port)}/v3` },
      regions: regions.map((name, index) => ({ name, values: { image_endpoint_override: override(index) } })),
    };
    await writeFile(join(options.folder, 'clouds.yaml'), stringify({ clouds: { torture: cloud } }));
    return new Machine(options, [keystone, ...glances], holder?.process, holder?.inside ?? 0);
  }

  /** Runs the built command line. */
  run(words: readonly string[]): Client {
    const { folder, home, project } = this.#options;
    const [program = '', ...parameters] = [...this.#enter, process.execPath, bundle('cli'), ...words];
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(OS_|XDG_|GLANCE_IMAGES_|NODE_OPTIONS$|.*_PROXY$)/i.test(name),
    );
    const child = spawn(program, parameters, {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        HOME: this.isolated ? home : folder,
        XDG_CACHE_HOME: join(this.isolated ? home : folder, 'cache'),
        XDG_DATA_HOME: join(this.isolated ? home : folder, 'data'),
        OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml'),
        OS_CLOUD: 'torture',
      },
    });
    return new Client(child, this.name, words, this.isolated);
  }

  /** Nothing disturbs what it sends and gets from now on. */
  calm(): void {
    for (const way of this.ways) {
      way.slow(0);
      way.go();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.ways.map((way) => way.close()));
    if (this.#holder === undefined || this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }
}

interface Namespace {
  readonly process: ChildProcess;
  /** Its first process, as seen from outside. */
  readonly inside: number;
}

/** A process namespace with this machine's home in it; `undefined` where that is not allowed here. */
async function namespace({ folder, home }: MachineOptions): Promise<Namespace | undefined> {
  if (process.platform !== 'linux') return undefined;
  const script = 'mount --bind "$0" "$1" && echo ready && exec sleep 2147483647';
  const apart = ['--pid', '--fork', '--mount', '--mount-proc', '--kill-child'];
  const child = spawn('unshare', [...apart, 'sh', '-c', script, folder, home], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
    once(child, 'error').then(() => false),
  ]);
  if (!ready || child.pid === undefined) return undefined;
  const inside = await firstChild(child.pid);
  return inside === undefined ? undefined : { process: child, inside };
}
