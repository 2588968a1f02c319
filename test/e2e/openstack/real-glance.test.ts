import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { rawDisk } from '../../host/raw-disk.ts';
import { DISK, stageForAll } from '../stage.ts';
import type { Workbench } from '../workbench/workbench.ts';

const CLOUD = 'devcloud-demo';
const REGIONS = ['RegionOne', 'RegionTwo'];

// One story, told in order: each test goes on from where the one before it left the cloud.
describe('an image on a real Glance', () => {
  const stage = stageForAll({ sandbox: false });
  // A cloud that runs already may have images of other runs.
  const name = `Editor ${randomUUID().slice(0, 8)}`;
  const bytes = rawDisk(8);
  const cloudsFile = process.env.GLANCE_IMAGES_CONTRACT_CLOUDS_FILE ?? '';
  let window: Workbench;

  before(async () => {
    await mkdir(stage.path('images'));
    await writeFile(stage.path('images/disk.raw'), bytes);
    await stage.write('editor.image.jsonc', { ...DISK, name, regions: REGIONS, protected: false, tags: ['editor'] });
    window = await stage.open({ environment: { OS_CLIENT_CONFIG_FILE: cloudsFile, OS_CLOUD: CLOUD } });
  });

  const rows = (): Locator => window.view.rows(name);

  /** What OpenStack's own command says of the images in a region, by our name. */
  async function told(region: string): Promise<readonly Record<string, unknown>[]> {
    const list = ['image', 'list', '--long', '--name', name, '--format', 'json'];
    const where = ['--os-cloud', CLOUD, '--os-region-name', region];
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsFile };
    const { stdout } = await promisify(execFile)('openstack', [...where, ...list], { env });
    return JSON.parse(stdout) as Record<string, unknown>[];
  }

  it('is previewed, and applied and verified in both regions', async () => {
    await window.openFile('editor.image.jsonc');
    await window.view.open();
    await window.preview();
    for (const region of REGIONS) assert.deepEqual(await told(region), [], `a preview sends nothing to ${region}`);

    await window.openFile('editor.image.jsonc');
    await window.apply();
    await window.verified(2);
    await window.lens(/Applied in 2 regions/).waitFor();
    await window.notified(/Applied and verified/);
    await window.view.shows(name, 2);
    await window.screenshot('real-applied');
    const md5 = createHash('md5').update(bytes).digest('hex');
    for (const region of REGIONS) {
      const [image, ...others] = await told(region);
      assert.deepEqual([image?.Status, image?.Checksum, image?.Visibility], ['active', md5, 'private']);
      assert.deepEqual(others, []);
    }
  });

  it('is changed by hand, shown as different, and put right', async () => {
    await window.view.choose(rows().first(), 'Protect Image');
    await window.notified(/Protected .*its next apply undoes this change/);
    await window.view.shows(new RegExp(`${name}.*protected`));
    assert.equal((await told('RegionOne'))[0]?.Protected, true);

    await window.openFile('editor.image.jsonc');
    await window.command('Glance: Preview Changes in File');
    await window.page.getByText('cloud ↔ definition').first().waitFor();
    await window.openFile('editor.image.jsonc');
    await window.lens(/RegionOne.*1 change/).waitFor();
    await window.screenshot('real-drift');
    await window.pressLens('Apply this image', window.lens(/Applied/));
    await window.notified(/Applied/);
    assert.equal((await told('RegionOne'))[0]?.Protected, false);
  });

  it('is downloaded, verified, as the bytes that were sent', async () => {
    await window.view.choose(rows().first(), 'Download Image…');
    await window.quickInput.suggests('.raw');
    await window.quickInput.enter(stage.path('got.raw'));
    await window.notified(/Downloaded and verified/);
    assert.ok(bytes.equals(await readFile(stage.path('got.raw'))));
  });

  it('is deleted after it was named', async () => {
    for (const left of [1, 0]) {
      await window.view.choose(rows().first(), /Delete Image/);
      await window.answer('Delete', `Delete image "${name}"`);
      await window.notified(new RegExp(`Deleted "${name}"`));
      await rows().nth(left).waitFor({ state: 'detached' });
    }
    for (const region of REGIONS) assert.deepEqual(await told(region), []);
  });
});
