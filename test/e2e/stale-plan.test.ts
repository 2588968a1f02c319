import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import type { LiveImage } from '../../src/core/glance/image.ts';
import type { ImageService } from '../../src/core/glance/service.ts';
import { useImages } from '../host/live-images.ts';
import { DISK, stageForEach } from './stage.ts';
import { pressOnce } from './workbench/until.ts';

describe('a plan that went stale', () => {
  const stage = stageForEach();

  beforeEach(async () => {
    await rm(stage.path('mistakes.image.jsonc'));
    await stage.write('debian.image.jsonc', { ...DISK, name: 'Debian 13', region: 'RegionOne' });
  });

  async function ubuntuIn(region: string, work: (images: ImageService, image: LiveImage) => unknown): Promise<void> {
    await useImages(stage.cloudsFile, region, async (images) => {
      for await (const page of images.list({ name: 'Ubuntu 24.04' }))
        for (const image of page) await work(images, image);
    });
  }

  it('is not applied once its definition was changed, and asked about again where the cloud was', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    const edit = async (from: string, to: string): Promise<void> => {
      const text = await readFile(stage.path('ubuntu.image.jsonc'), 'utf8');
      await stage.write('ubuntu.image.jsonc', text.replace(from, to));
      await window.editor.line(to).waitFor();
    };
    const applyPlan = (notification: Locator): Promise<void> =>
      pressOnce(notification.getByRole('button', { name: 'Apply This Plan' }));

    // The plan takes the focus once it is drawn.
    const planShown = (): Promise<void> => window.page.locator('iframe.webview.ready').first().waitFor();

    await window.lens('Apply this image').waitFor();
    await window.command('Glance: Preview Changes in Workspace');
    await planShown();
    await window.notified(/Planned: 3 to create. Nothing was sent/, async (notification) => {
      await window.openFile('ubuntu.image.jsonc');
      await edit('"lts"', '"daily"');
      await applyPlan(notification);
    });
    await window.notified(/"Ubuntu 24.04" was changed since it was planned/, async (entry) => {
      await window.screenshot('plan-outdated');
      await ubuntuIn('RegionOne', () => assert.fail('Nothing was to be sent.'));
      await pressOnce(entry.getByRole('button', { name: 'Preview Again' }));
    });
    await planShown();
    await window.notified(/Planned: 3 to create. Nothing was sent/);

    await window.openFile('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.lens(/Appl(ying|ied)/));
    await window.lens(/Applied in 2 regions/).waitFor();
    await window.notified(/Applied and verified/);
    await edit('"daily"', '"weekly"');
    await window.command('Glance: Preview Changes in Workspace');
    await window.notified(/Planned: 1 to create, 2 to update/, async (notification) => {
      await ubuntuIn('RegionOne', (images, { id }) =>
        images.patch(id, [{ op: 'replace', path: 'min_disk', value: 5 }]),
      );
      await applyPlan(notification);
    });
    const asked = await window.answer('Cancel', /The cloud or a source changed since the plan was made/, 'plan-moved');
    assert.match(asked, /"Ubuntu 24\.04" in sandbox\/RegionOne/);
    assert.doesNotMatch(asked, /RegionTwo/);
    assert.match(asked, /min_disk_gb: 5 → 1/);
    await window.openFile('ubuntu.image.jsonc');
    await window.lens(/RegionOne: Not applied.*RegionTwo: Applied/).waitFor();
    await ubuntuIn('RegionOne', (_, { tags, min_disk }) => assert.deepEqual([tags, min_disk], [['daily'], 5]));
    await ubuntuIn('RegionTwo', (_, { tags, min_disk }) => assert.deepEqual([tags, min_disk], [['weekly'], 1]));
  });
});
