import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { stageForEach } from './stage.ts';
import { press } from './workbench/until.ts';

describe('an image’s data', () => {
  const stage = stageForEach();

  it('is downloaded from the view, verified', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { quickInput, view } = window;
    await view.open();
    await window.apply();
    await window.lens(/Applied/).waitFor();
    await window.notified(/Applied and verified/);

    await view.choose(view.row(/Ubuntu 24\.04/), 'Download Image…');
    await quickInput.suggests('/Ubuntu-24.04.raw');
    await window.screenshot('download-dialog');
    await quickInput.enter(stage.path('got.raw'));
    await window.notified(/Downloaded and verified "Ubuntu 24\.04"/);

    const download = window.card('Download in sandbox/RegionOne');
    await download.getByText(/^Verified: .*MD5 and SHA-512 match/).waitFor();
    assert.equal(await download.getByRole('button', { name: 'Open Definition' }).count(), 0);
    await window.screenshot('download-transfer');
    assert.deepEqual(await readFile(stage.path('got.raw')), await readFile(stage.path('images/disk.raw')));

    // What the panel offers for what ended.
    const file = window.page.getByRole('treeitem', { name: /^got\.raw/ });
    const selected = file.and(window.page.locator('[aria-selected="true"]'));
    await press(download.getByRole('button', { name: 'Show File' }), selected);
    const upload = window.card('Create in sandbox/RegionOne');
    const button = (name: string): Locator => upload.getByRole('button', { name });
    assert.match(await window.copied(() => button('Copy Image ID').click()), /^[0-9a-f-]{36}$/);
    await press(button('Save Report…'), quickInput.field);
    await quickInput.suggests('/Ubuntu-24.04-RegionOne.md');
    await quickInput.enter(stage.path('report.md'));
    await window.tab(/report\.md/).waitFor();
    await window.screenshot('transfer-report');
    const report = await readFile(stage.path('report.md'), 'utf8');
    assert.match(report, /# Transfer of Ubuntu 24\\\.04[^]*\| sha512 \| [0-9a-f]{128} \|/);
    await press(button('Open Definition'), window.tab(/ubuntu\.image\.jsonc/, { selected: true }));
    await press(button('Open Image'), window.page.getByText('"os_hash_value"'));
    assert.ok(await upload.isVisible(), 'beside the panel, not over it');
    await window.screenshot('transfer-actions');
  });
});
