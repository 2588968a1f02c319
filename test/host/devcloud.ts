import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './folders.ts';
import { freePortsInARow } from './ports.ts';

const PROGRAM = join(ROOT, 'test', 'openstack', 'devcloud');
const REGIONS = 2;
const run = promisify(execFile);

/** Where a Keystone and a Glance come from: `OPENSTACK_FROM` of `test/openstack/devcloud`, which explains them. */
export type OpenstackSource = 'packages' | 'pypi';

/** A real Keystone and Glance that run. */
export interface Devcloud {
  readonly cloudsFile: string;
  /** The loopback port that its Glance may fetch images from. */
  readonly webPort: number;
  stop(): Promise<void>;
}

/** Whether Keystone and Glance are installed here (`test/openstack/devcloud install`). */
export function devcloudInstalled(source: OpenstackSource): boolean {
  const folder = source === 'packages' ? '/usr/bin' : join(process.env.VENV ?? '/tmp/devcloud-venv', 'bin');
  return ['glance-manage', 'keystone-manage'].every((program) => existsSync(join(folder, program)));
}

/**
 * Starts a fresh Keystone and two regions of Glance on free loopback ports.
 *
 * @param folder keeps everything of theirs; made if it is not there
 * @throws what devcloud printed, with nothing left running
 */
export async function startDevcloud(folder: string, source: OpenstackSource = 'packages'): Promise<Devcloud> {
  // Some are bound minutes later, or again, while tests open and close thousands of others: nobody else takes any from this range.
  const keystonePort = await freePortsInARow(REGIONS + 2, 10_000);
  const webPort = keystonePort + 1;
  const env = {
    ...process.env,
    OPENSTACK_FROM: source,
    KEYSTONE_PORT: String(keystonePort),
    WEB_PORT: String(webPort),
    GLANCE_PORT: String(keystonePort + 2),
  };
  const stop = async (): Promise<void> => {
    await run('bash', [PROGRAM, 'down', folder], { env });
  };
  try {
    await run('bash', [PROGRAM, 'up', folder], { env });
  } catch (error) {
    await stop();
    throw error;
  }
  return { cloudsFile: join(folder, 'clouds.yaml'), webPort, stop };
}
