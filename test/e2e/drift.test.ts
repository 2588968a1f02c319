import { rm } from 'node:fs/promises';
import { useImages } from '../host/live-images.ts';
import { stageForEach } from './stage.ts';
import { pressOnce } from './workbench/until.ts';

describe('images that drift from their definitions', () => {
  const stage = stageForEach();

  it('are found in the workspace or in one region, counted on the view, and lead to a plan', async () => {
    await rm(stage.path('mistakes.image.jsonc'));
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { page, view } = window;
    await window.apply();
    await window.lens(/Applied in 2 regions/).waitFor();
    await useImages(stage.cloudsFile, 'RegionOne', async (images) => {
      for await (const found of images.list({ name: 'Ubuntu 24.04' }))
        for (const { id } of found) await images.patch(id, [{ op: 'replace', path: 'min_disk', value: 5 }]);
    });
    await view.open();
    await view.choose(view.row(/^(Region )?RegionTwo/), 'Check for Drift');
    await window.notified(/No drift in 1 image\./);

    await window.command('Glance: Check for Drift');
    await window.notified(/1 of 2 images differs from its definition\./, async (entry) => {
      await window.screenshot('drift-found');
      await pressOnce(entry.getByRole('button', { name: 'Show Plan' }));
    });
    await page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor();
    await window.webview().getByRole('row').getByRole('link', { name: 'update' }).waitFor();
    await window.screenshot('drift-plan');
    await window.openFile('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.lens(/Applied/));
    await page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor({ state: 'hidden' });
  });
});
