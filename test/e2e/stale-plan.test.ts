import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveImage } from '../../src/core/glance/image.ts';
import type { ImageService } from '../../src/core/glance/service.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { useImages } from '../host/live-images.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

describe('a plan that went stale', function () {
  this.timeout(180_000);
  let folder: string;
  let workspace: string;
  let sandbox: Sandbox;
  let workbench: Workbench | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    workspace = join(folder, 'workspace');
    await mkdir(workspace);
    await makeWorkspace(workspace);
    await rm(join(workspace, 'mistakes.image.jsonc'));
    const debian = { name: 'Debian 13', container_format: 'bare', disk_format: 'raw', region: 'RegionOne' };
    const text = JSON.stringify({ ...debian, local_file_path: 'images/disk.raw' }, undefined, 2);
    await writeFile(join(workspace, 'debian.image.jsonc'), text);
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  async function ubuntuIn(region: string, work: (images: ImageService, image: LiveImage) => unknown): Promise<void> {
    await useImages(sandbox.cloudsFile, region, async (images) => {
      for await (const page of images.list({ name: 'Ubuntu 24.04' }))
        for (const image of page) await work(images, image);
    });
  }

  it('is not applied once its definition was changed, and asked about again where the cloud was', async () => {
    const window = await Workbench.open({
      workspace,
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    workbench = window;
    const { page } = window;
    const file = join(workspace, 'ubuntu.image.jsonc');
    const edit = async (from: string, to: string): Promise<void> => {
      await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
      await page.locator('.monaco-editor .view-line').filter({ hasText: to }).first().waitFor();
    };
    const applyThisPlan = page.getByRole('button', { name: 'Apply This Plan' });

    await window.openFile('ubuntu.image.jsonc');
    await window.lens('Apply this image').waitFor();
    await window.command('Glance: Preview Changes in Workspace');
    await window.notification(/Planned: 3 to create. Nothing was sent/).waitFor();
    // The plan takes the focus once it is drawn.
    await page.locator('iframe.webview.ready').first().waitFor();
    await window.openFile('ubuntu.image.jsonc');
    await edit('"lts"', '"daily"');
    await applyThisPlan.click();
    await window.notification(/"Ubuntu 24.04" was changed since it was planned/).waitFor();
    await window.screenshot('plan-outdated');
    await ubuntuIn('RegionOne', () => assert.fail('Nothing was to be sent.'));
    await page.getByRole('button', { name: 'Preview Again' }).click();
    await window.notification(/Planned: 3 to create. Nothing was sent/).waitFor();
    // The plan takes the focus once it is drawn.
    await page.locator('iframe.webview.ready').first().waitFor();
    await window.command('Notifications: Clear All Notifications');

    await window.openFile('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.lens(/Applied in 2 regions/));
    await window.command('Notifications: Clear All Notifications');
    await edit('"daily"', '"weekly"');
    await window.command('Glance: Preview Changes in Workspace');
    await window.notification(/Planned: 1 to create, 2 to update/).waitFor();
    await ubuntuIn('RegionOne', (images, { id }) => images.patch(id, [{ op: 'replace', path: 'min_disk', value: 5 }]));
    await applyThisPlan.click();
    await window.dialog().getByText('The cloud changed since the plan was made').waitFor();
    const asked = (await window.dialog().textContent()) ?? '';
    assert.match(asked, /"Ubuntu 24\.04" in sandbox\/RegionOne/);
    assert.doesNotMatch(asked, /RegionTwo/);
    assert.match(asked, /min_disk_gb: 5 → 1/);
    await window.screenshot('plan-moved');
    await window.dialog().getByRole('button', { name: 'Cancel' }).click();
    await window.openFile('ubuntu.image.jsonc');
    await window.lens(/RegionOne: Not applied.*RegionTwo: Applied/).waitFor();
    await ubuntuIn('RegionOne', (_, { tags, min_disk }) => assert.deepEqual([tags, min_disk], [['daily'], 5]));
    await ubuntuIn('RegionTwo', (_, { tags, min_disk }) => assert.deepEqual([tags, min_disk], [['weekly'], 1]));
  });
});
