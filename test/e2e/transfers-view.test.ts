import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { DISK, stageForEach } from './stage.ts';
import { until } from './workbench/until.ts';

describe('the view of transfers', () => {
  const faults = new PlannedFaults();
  const stage = stageForEach({ faults });

  afterEach(() => faults.clear());

  it('opens for uploads alone, in the panel area, counts what runs, and opens wide on request', async () => {
    const held = Promise.withResolvers<undefined>();
    faults.next({ service: 'image', method: 'PUT', path: /\/file$/ }, { until: held.promise }, 2);
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { page } = window;
    const panel = page.locator('.part.panel');
    await window.apply();
    await window
      .transfers()
      .getByText(/^2 running · .* of 16 MiB/)
      .waitFor();
    await panel
      .getByRole('tab', { name: /Glance Transfers/ })
      .locator('.badge-content', { hasText: '2' })
      .waitFor();
    assert.equal(await page.locator('.notification-list-item').filter({ hasText: 'Applying' }).count(), 0);
    await window.screenshot('transfers-view');
    held.resolve(undefined);
    await window.verified(2);
    await window.transfers().getByRole('heading', { name: 'History (2)' }).waitFor();
    await panel.locator('.badge-content', { hasText: '2' }).waitFor({ state: 'hidden' });

    // An update sends no data.
    const hidden = page.locator('.part.panel:visible');
    await until(
      (bound) => hidden.waitFor({ state: 'hidden', ...bound }),
      () => window.command('View: Hide Panel'),
    );
    await stage.write('ubuntu.image.jsonc', {
      name: 'Ubuntu 24.04',
      ...DISK,
      regions: ['RegionOne', 'RegionTwo'],
      tags: ['lts'],
    });
    await window.openFile('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.lens(/Applied in 2 regions/));
    await window.notified(/Applied: "Ubuntu 24\.04"/);
    assert.equal(await panel.isVisible(), false);

    await window.command('Glance: Open Transfers in Editor');
    await window.tab('Glance Transfers', { selected: true }).waitFor();
    await window.webview().getByRole('heading', { name: 'History (4)' }).waitFor();
    assert.equal(await panel.isVisible(), false);
    await window.screenshot('transfers-editor');
  });

  it('stays closed where the setting says so, and a notification has the progress', async () => {
    await mkdir(stage.path('.vscode'));
    await stage.write('.vscode/settings.json', { 'glanceImages.transfers.show': 'never' });
    const held = Promise.withResolvers<undefined>();
    faults.next({ service: 'image', method: 'PUT', path: /\/file$/ }, { until: held.promise }, 2);
    const window = await stage.openFile('ubuntu.image.jsonc');
    const progress = window.page.locator('.notification-list-item').filter({ hasText: /Applying "Ubuntu 24\.04"/ });
    await window.pressLens('Apply this image', progress);
    assert.equal(await window.page.locator('.part.panel').isVisible(), false);
    held.resolve(undefined);
    await window.lens(/Applied in 2 regions/).waitFor();
  });
});
