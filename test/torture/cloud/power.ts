import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startDevcloud } from '../../host/devcloud.ts';
import { ROOT } from '../../host/folders.ts';
import { freePortsInARow } from '../../host/ports.ts';
import { bundle } from '../machine/bundle.ts';

/** A cloud of two regions whose Glance can be killed and started again on the data that it left. */
export interface PoweredCloud {
  readonly cloudsFile: string;
  /** A plain user's entry of it, and that of another project's. */
  readonly cloud: string;
  readonly otherCloud: string;
  readonly regions: readonly [string, string];
  /** The one loopback port that its Glance fetches images from. */
  readonly webPort: number;
  /** As `kill -9`. Where the regions are one process, all of them. */
  kill(region: string): Promise<void>;
  /** Settles once it answers. */
  start(region: string): Promise<void>;
  /** Stops what this started, by process id. */
  stop(): Promise<void>;
}

/** @param folder takes all data of the cloud */
export async function startCloud(kind: 'sandbox' | 'openstack', folder: string): Promise<PoweredCloud> {
  return kind === 'sandbox' ? sandbox(folder) : openstack(folder);
}

async function openstack(folder: string): Promise<PoweredCloud> {
  const running = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
  const started =
    running === undefined
      ? await startDevcloud(folder)
      : { cloudsFile: running, webPort: Number(process.env.WEB_PORT ?? 9999), stop: () => Promise.resolve() };
  const { cloudsFile, webPort } = started;
  const home = dirname(cloudsFile);
  return {
    cloudsFile,
    cloud: 'devcloud-demo',
    otherCloud: 'devcloud-guest',
    regions: ['RegionOne', 'RegionTwo'],
    webPort,
    stop: () => started.stop(),
    kill: async (region) => {
      // Glance's workers are in the group of their parent.
      const leader = Number(await readFile(join(home, `glance-${region}`, 'pid'), 'utf8'));
      process.kill(-leader, 'SIGKILL');
      await gone(leader);
    },
    start: async (region) => {
      const program = join(ROOT, 'test', 'openstack', 'devcloud');
      await promisify(execFile)('bash', [program, 'start', home, region]);
    },
  };
}

async function gone(group: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function sandbox(folder: string): Promise<PoweredCloud> {
  const port = await freePortsInARow(4);
  const webPort = port + 3;
  let child: ChildProcess | undefined;
  let cloudsFile = '';
  const start = async (): Promise<void> => {
    if (child?.exitCode === null && child.signalCode === null) return;
    const where = ['--dir', folder, '--port', String(port), '--import-source', `127.0.0.1:${String(webPort)}`];
    const started = spawn(process.execPath, [bundle('sandbox'), ...where, '--while-stdin'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    ({ cloudsFile } = JSON.parse(line) as { cloudsFile: string });
  };
  const end = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    cloudsFile,
    cloud: 'sandbox',
    otherCloud: 'sandbox-guest',
    regions: ['RegionOne', 'RegionTwo'],
    webPort,
    kill: end,
    start,
    stop: end,
  };
}
