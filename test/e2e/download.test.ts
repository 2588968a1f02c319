import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

describe('an image’s data', function () {
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
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  it('is downloaded from the view, verified', async () => {
    const environment = {
      OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
      OS_CLOUD: 'sandbox',
      XDG_CACHE_HOME: join(folder, 'cache'),
    };
    workbench = await Workbench.open({ workspace, environment });
    const window = workbench;
    await window.openFile('ubuntu.image.jsonc');
    await window.openGlanceView();
    await window.pressLens('Apply this image', window.transfers().getByText('Glance Transfers').first());
    await window.lens(/Applied/).waitFor();
    await window.command('Notifications: Clear All Notifications');

    await window.chooseFromMenu(window.treeItem(/Ubuntu 24\.04/).first(), 'Download Image…');
    const dialog = window.page.locator('.quick-input-widget');
    const name = dialog.locator('input').first();
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input')?.value.endsWith('/Ubuntu-24.04.raw')`,
    );
    await window.screenshot('download-dialog');
    await name.fill(join(workspace, 'got.raw'));
    await name.press('Enter');
    await window.notification(/Downloaded and verified "Ubuntu 24\.04"/).waitFor();

    const card = window.transfers().getByRole('article').filter({ hasText: 'Download in sandbox/RegionOne' });
    await card.getByText(/^Verified: .*MD5 and SHA-512 agree/).waitFor();
    assert.equal(await card.getByRole('button', { name: 'Open Definition' }).count(), 0);
    await window.command('Notifications: Clear All Notifications');
    await window.screenshot('download-transfer');
    const [got, source] = await Promise.all(
      ['got.raw', 'images/disk.raw'].map((file) => readFile(join(workspace, file))),
    );
    assert.ok(got !== undefined && source !== undefined && got.equals(source));

    // What the panel offers for what ended.
    const explorer = window.page.getByRole('treeitem', { name: /^got\.raw/ });
    await card.getByRole('button', { name: 'Show File' }).click();
    await explorer.and(window.page.locator('[aria-selected="true"]')).waitFor();
    const upload = window.transfers().getByRole('article').filter({ hasText: 'Create in sandbox/RegionOne' });
    await upload.getByRole('button', { name: 'Copy Image ID' }).click();
    await window.page.locator('.statusbar').getByText('Copied to the clipboard.').waitFor();
    await upload.getByRole('button', { name: 'Save Report…' }).click();
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input')?.value.endsWith('/Ubuntu-24.04-RegionOne.md')`,
    );
    await name.fill(join(workspace, 'report.md'));
    await name.press('Enter');
    await window.page.getByRole('tab', { name: /report\.md/ }).waitFor();
    await window.screenshot('transfer-report');
    assert.match(
      await readFile(join(workspace, 'report.md'), 'utf8'),
      /# Transfer of Ubuntu 24\\\.04[^]*\| sha512 \| [0-9a-f]{128} \|/,
    );
    await upload.getByRole('button', { name: 'Open Definition' }).click();
    await window.page.getByRole('tab', { name: /ubuntu\.image\.jsonc/, selected: true }).waitFor();
    await upload.getByRole('button', { name: 'Open Image' }).click();
    await window.page.getByText('"os_hash_value"').first().waitFor();
    assert.ok(await upload.isVisible(), 'beside the panel, not over it');
    await window.screenshot('transfer-actions');
  });
});
