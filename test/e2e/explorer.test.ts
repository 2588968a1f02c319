import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

const image = { container_format: 'bare', disk_format: 'raw', local_file_path: 'images/disk.raw' };

describe('images in the view', function () {
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
    await rm(join(workspace, 'mistakes.image.jsonc'), { force: true });
    const definitions = [
      { ...image, name: 'Debian 13', region: 'RegionOne', tags: ['stable'], protected: false },
      { ...image, name: 'Rocky 10', region: 'RegionOne', tags: ['stable', 'rpm'] },
    ];
    await writeFile(join(workspace, 'more.image.jsonc'), JSON.stringify(definitions, undefined, 2));
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  it('are planned together, applied, filtered, grouped and marked', async () => {
    workbench = await Workbench.open({
      workspace,
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    const window = workbench;
    await window.openFile('more.image.jsonc');
    await window.openGlanceView();
    await window
      .treeItem(/RegionOne/)
      .first()
      .waitFor();

    await window.command('Glance: Preview Changes in Workspace');
    await window.notification(/Planned: 4 to create. Nothing was sent/).waitFor();
    const plan = window.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await plan
      .getByRole('row', { name: /Debian 13/ })
      .first()
      .waitFor();
    await window.screenshot('plan');

    await window.command('Glance: Apply All Images in Workspace');
    const choice = window.page.locator('.quick-input-widget');
    await choice.getByText('Apply: 4 to create').waitFor();
    await window.screenshot('apply-choice');
    await choice.getByRole('button', { name: 'OK' }).click();
    await window.notification(/Applied and verified/).waitFor();
    await window
      .treeItem(/Rocky 10/)
      .first()
      .waitFor();
    await window.command('Notifications: Clear All Notifications');
    await window.screenshot('tree-managed');

    // A definition that is gone leaves its image behind, and the view says so.
    await rm(join(workspace, 'ubuntu.image.jsonc'));
    await window
      .treeItem(/Ubuntu 24\.04.*no definition here/)
      .first()
      .waitFor();
    await window.command('Glance: Group Images By…');
    await window.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Tag' }).first().click();
    const group = window.treeItem(/^stable/).first();
    await group.waitFor();
    await group.click();
    await window
      .treeItem(/Rocky 10/)
      .first()
      .waitFor();
    await window.screenshot('tree-grouped');
    await window.command('Glance: Group Images By…');
    await window.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'One List' }).first().click();

    await window.command('Glance: Filter Images…');
    await choice.locator('.monaco-list-row').filter({ hasText: 'rpm' }).first().click();
    await window.screenshot('filter-choice');
    await choice.getByRole('button', { name: 'OK' }).click();
    await window.page.locator('.sidebar').getByText('Only images that are rpm').waitFor();
    await window
      .treeItem(/Debian 13/)
      .first()
      .waitFor({ state: 'detached' });
    await window.screenshot('tree-filtered');
    await window.command('Glance: Clear Filter');
    await window
      .treeItem(/Debian 13/)
      .first()
      .waitFor();
  });

  it('are led to from their definition, and changed by hand', async () => {
    workbench = await Workbench.open({
      workspace,
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    const window = workbench;
    await window.openFile('more.image.jsonc');
    await window.pressLens('Apply this image', window.transfers().getByText('Glance Transfers').first());
    await window.lens(/Applied/).waitFor();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Show in View');
    const row = window.treeItem(/Debian 13/).first();
    await row.waitFor();
    await row.and(window.page.locator('[aria-selected="true"]')).waitFor();
    await window.screenshot('shown-in-view');

    await window.chooseFromMenu(row, 'Protect Image');
    await window
      .treeItem(/Debian 13.*protected/)
      .first()
      .waitFor();
    await window.notification(/Protected .*A definition sets this.*its next plan would undo/).waitFor();
    await window.chooseFromMenu(row, 'Deactivate Image…');
    await window
      .dialog()
      .getByText(/Deactivate "Debian 13"/)
      .waitFor();
    await window.screenshot('deactivate');
    await window.dialog().getByRole('button', { name: 'Deactivate' }).click();
    await window
      .treeItem(/Debian 13.*deactivated/)
      .first()
      .waitFor();
    await row.click({ button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Reactivate Image' }).waitFor();
    await window.screenshot('image-menu');
  });
});
