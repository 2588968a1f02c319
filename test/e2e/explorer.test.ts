import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stageForEach } from './stage.ts';

const image = { container_format: 'bare', disk_format: 'raw', local_file_path: 'images/disk.raw' };

describe('images in the view', () => {
  const stage = stageForEach();

  beforeEach(async () => {
    await rm(join(stage.workspace, 'mistakes.image.jsonc'));
    const definitions = [
      { ...image, name: 'Debian 13', region: 'RegionOne', tags: ['stable'], protected: false },
      { ...image, name: 'Rocky 10', region: 'RegionOne', tags: ['stable', 'rpm'] },
    ];
    await writeFile(join(stage.workspace, 'more.image.jsonc'), JSON.stringify(definitions, undefined, 2));
  });

  it('are planned together, applied, filtered, grouped and marked', async () => {
    const window = await stage.open();
    await window.openFile('more.image.jsonc');
    await window.openGlanceView();
    await window
      .treeItem(/RegionOne/)
      .first()
      .waitFor();

    await window.command('Glance: Preview Changes in Workspace');
    await window.notified(/Planned: 4 to create. Nothing was sent/);
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
    await window.notified(/Applied and verified/);
    await window
      .treeItem(/Rocky 10/)
      .first()
      .waitFor();
    await window.screenshot('tree-managed');

    // A definition that is gone leaves its image behind, and the view says so.
    await rm(join(stage.workspace, 'ubuntu.image.jsonc'));
    await window
      .treeItem(/Ubuntu 24\.04.*no definition here/)
      .first()
      .waitFor();
    await window.command('Glance: Group Images By…');
    await window.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Tag' }).first().click();
    await window.expand(window.treeItem(/^stable/).first());
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
    const window = await stage.open();
    await window.openFile('more.image.jsonc');
    await window.apply();
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
    await window.notified(/Protected .*A definition sets this.*its next plan would undo/);
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
    await window.openMenu(row, 'Reactivate Image');
    await window.screenshot('image-menu');
  });
});
