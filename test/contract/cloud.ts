import { after } from 'mocha';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../host/ports.ts';
import { LOGINS } from './logins.ts';
import { PlannedFaults } from './planned-faults.ts';
import { startSandbox } from './product.ts';
import { releaseOf, type Release } from './release.ts';

interface Cloud {
  /** Of its Glance: what it answers differs by it. */
  readonly release: Release;
  /** A `clouds.yaml` with the clouds below. */
  readonly cloudsFile: string;
  /** A plain user's, in a project of its own. */
  readonly cloud: string;
  /** Another plain user's, in another project. */
  readonly otherCloud: string;
  /** An administrator's. */
  readonly adminCloud: string;
  /** In the catalog's order. */
  readonly regions: readonly [string, string];
  /** The one loopback port that web-download may fetch from. */
  readonly webPort: number;
  /** The root hook of this module calls it; a test has no need to. */
  stop(): Promise<void>;
}

/** A cloud that a contract test runs on: the sandbox, with faults on demand, or a real OpenStack. */
export type CloudUnderTest =
  | (Cloud & { readonly kind: 'sandbox'; readonly faults: PlannedFaults; readonly directory: string })
  | (Cloud & { readonly kind: 'openstack'; readonly faults?: undefined; readonly directory?: undefined });

let started: Promise<CloudUnderTest> | undefined;

/**
 * The cloud that `CONTRACT_CLOUD` names: `sandbox` (also where it is unset), started in a temporary folder at the first call,
 * or `openstack`, running already and described by the `clouds.yaml` that `GLANCE_IMAGES_CONTRACT_CLOUDS_FILE` names.
 * The sandbox imitates `CONTRACT_RELEASE` of Glance: 33 (also where it is unset) or 25.
 * All tests of a process share it, so each deletes what it makes and goes by ids and names of its own.
 */
export function cloudUnderTest(): Promise<CloudUnderTest> {
  started ??= start(process.env.CONTRACT_CLOUD ?? 'sandbox');
  return started;
}

after('stop the cloud under test', async function () {
  if (started !== undefined) await (await started).stop();
});

function start(kind: string): Promise<CloudUnderTest> {
  if (kind === 'sandbox') return startInTemporaryFolder();
  if (kind === 'openstack') return openstack();
  throw new Error(`CONTRACT_CLOUD is ${kind}; it can be sandbox or openstack.`);
}

async function startInTemporaryFolder(): Promise<CloudUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'glance-images-contract-'));
  const faults = new PlannedFaults();
  const webPort = await freePort();
  const release = process.env.CONTRACT_RELEASE === '25' ? 25 : 33;
  const importSources = [`127.0.0.1:${webPort}`];
  const sandbox = await startSandbox({ directory, release, faults, importSources, logins: LOGINS });
  return {
    release,
    kind: 'sandbox',
    cloudsFile: sandbox.cloudsFile,
    cloud: 'sandbox',
    otherCloud: 'sandbox-guest',
    adminCloud: 'sandbox-admin',
    regions: ['RegionOne', 'RegionTwo'],
    webPort,
    faults,
    directory,
    async stop() {
      await sandbox.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openstack(): Promise<CloudUnderTest> {
  const cloudsFile = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
  if (cloudsFile === undefined) {
    throw new Error(
      'GLANCE_IMAGES_CONTRACT_CLOUDS_FILE is missing: the clouds.yaml that `test/openstack/devcloud up` prints.',
    );
  }
  const cloud = 'devcloud-demo';
  return {
    kind: 'openstack',
    release: await releaseOf(cloudsFile, cloud),
    cloudsFile,
    cloud,
    otherCloud: 'devcloud-guest',
    adminCloud: 'devcloud-admin',
    regions: ['RegionOne', 'RegionTwo'],
    webPort: Number(process.env.WEB_PORT ?? 9999),
    stop: () => Promise.resolve(),
  };
}
