import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devcloudInstalled, startDevcloud } from '../host/devcloud.ts';

/** A real OpenStack with the login of `test/openstack/devcloud`. */
export interface RealCloud {
  readonly cloudsFile: string;
  /** For files of the benchmark; gone afterwards. */
  readonly folder: string;
}

/** The cloud in that file, for a plain user. */
export const CLOUD = 'devcloud-demo';

/**
 * Runs `work` on a real Keystone and Glance: those of the `clouds.yaml` that `GLANCE_IMAGES_CONTRACT_CLOUDS_FILE` names, or fresh ones.
 * Throws where neither is there.
 */
export async function withRealCloud<T>(work: (cloud: RealCloud) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-images-bench-'));
  try {
    const running = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE;
    if (running !== undefined) return await work({ cloudsFile: running, folder });
    if (!devcloudInstalled('packages'))
      throw new Error('This is measured on a real Glance: sudo test/openstack/devcloud install, once.');
    const cloud = await startDevcloud(join(folder, 'cloud'));
    try {
      return await work({ cloudsFile: cloud.cloudsFile, folder });
    } finally {
      await cloud.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
