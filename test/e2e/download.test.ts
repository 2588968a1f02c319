import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stageForEach } from './stage.ts';

describe('an image’s data', () => {
  const stage = stageForEach();

  it('is downloaded from the view, verified', async () => {
    const window = await stage.open();
    await window.openFile('ubuntu.image.jsonc');
    await window.openGlanceView();
    await window.apply();
    await window.lens(/Applied/).waitFor();
    await window.notified(/Applied and verified/);

    await window.chooseFromMenu(window.treeItem(/Ubuntu 24\.04/).first(), 'Download Image…');
    const dialog = window.page.locator('.quick-input-widget');
    const name = dialog.locator('input').first();
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input')?.value.endsWith('/Ubuntu-24.04.raw')`,
    );
    await window.screenshot('download-dialog');
    await name.fill(join(stage.workspace, 'got.raw'));
    await name.press('Enter');
    await window.notified(/Downloaded and verified "Ubuntu 24\.04"/);

    const card = window.transfers().getByRole('article').filter({ hasText: 'Download in sandbox/RegionOne' });
    await card.getByText(/^Verified: .*MD5 and SHA-512 agree/).waitFor();
    assert.equal(await card.getByRole('button', { name: 'Open Definition' }).count(), 0);
    await window.screenshot('download-transfer');
    const [got, source] = await Promise.all(
      ['got.raw', 'images/disk.raw'].map((file) => readFile(join(stage.workspace, file))),
    );
    assert.ok(got !== undefined && source !== undefined && got.equals(source));

    // What the panel offers for what ended.
    const explorer = window.page.getByRole('treeitem', { name: /^got\.raw/ });
    await window.press(
      card.getByRole('button', { name: 'Show File' }),
      explorer.and(window.page.locator('[aria-selected="true"]')),
    );
    const upload = window.transfers().getByRole('article').filter({ hasText: 'Create in sandbox/RegionOne' });
    assert.match(
      await window.copied(() => upload.getByRole('button', { name: 'Copy Image ID' }).click()),
      /^[0-9a-f-]{36}$/,
    );
    await window.press(upload.getByRole('button', { name: 'Save Report…' }), name);
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input')?.value.endsWith('/Ubuntu-24.04-RegionOne.md')`,
    );
    await name.fill(join(stage.workspace, 'report.md'));
    await name.press('Enter');
    await window.page.getByRole('tab', { name: /report\.md/ }).waitFor();
    await window.screenshot('transfer-report');
    assert.match(
      await readFile(join(stage.workspace, 'report.md'), 'utf8'),
      /# Transfer of Ubuntu 24\\\.04[^]*\| sha512 \| [0-9a-f]{128} \|/,
    );
    await window.press(
      upload.getByRole('button', { name: 'Open Definition' }),
      window.page.getByRole('tab', { name: /ubuntu\.image\.jsonc/, selected: true }),
    );
    await window.press(upload.getByRole('button', { name: 'Open Image' }), window.page.getByText('"os_hash_value"'));
    assert.ok(await upload.isVisible(), 'beside the panel, not over it');
    await window.screenshot('transfer-actions');
  });
});
