import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../host/folders.ts';
import { freePortsInARow } from '../host/ports.ts';
import { cloudUnderTest, type CloudUnderTest } from './cloud.ts';
import { PRODUCT } from './product.ts';

/** A cloud whose Glance in the first region can be killed and started again, on the data that it left. */
export interface PoweredCloud {
  readonly cloud: CloudUnderTest;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** Ends it in order: `SIGTERM`. */
  end(): Promise<void>;
  start(): Promise<void>;
  /** Stops what this started. */
  close(): Promise<void>;
}

/** The cloud under test with its Glance in hand: the real one's processes, or a sandbox in a process of its own. */
export async function poweredCloud(): Promise<PoweredCloud> {
  const cloud = await cloudUnderTest();
  return cloud.kind === 'sandbox' ? poweredSandbox(cloud) : poweredOpenstack(cloud);
}

async function poweredOpenstack(cloud: CloudUnderTest): Promise<PoweredCloud> {
  const folder = dirname(cloud.cloudsFile);
  const [region] = cloud.regions;
  const program = join(ROOT, 'test', 'openstack', 'devcloud');
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    const pid = Number(await readFile(join(folder, `glance-${region}`, 'pid'), 'utf8'));
    // Glance's workers are in the group of their parent.
    process.kill(-pid, name);
    await gone(pid);
  };
  return Promise.resolve({
    cloud,
    kill: () => signal('SIGKILL'),
    end: () => signal('SIGTERM'),
    start: async () => {
      await promisify(execFile)('bash', [program, 'start', folder, region]);
    },
    close: () => Promise.resolve(),
  });
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function poweredSandbox(base: CloudUnderTest): Promise<PoweredCloud> {
  const directory = await mkdtemp(join(tmpdir(), 'glance-images-powered-'));
  const port = await freePortsInARow(3);
  let child: ChildProcess | undefined;
  let cloudsFile = '';
  const start = async (): Promise<void> => {
    const web = ['--import-source', `127.0.0.1:${base.webPort}`];
    const release = ['--release', String(base.release)];
    const parameters = ['--dir', directory, '--port', String(port), '--while-stdin', ...release, ...web];
    const started = spawn(process.execPath, [PRODUCT.sandbox, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
    child = started;
    for await (const line of createInterface({ input: started.stdout })) {
      ({ cloudsFile } = JSON.parse(line) as { cloudsFile: string });
      return;
    }
    throw new Error('The sandbox did not start.');
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    cloud: { ...base, cloudsFile },
    kill: () => end('SIGKILL'),
    end: () => end('SIGTERM'),
    start,
    close: async () => {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
