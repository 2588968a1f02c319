import { copyFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { stageForAll } from './stage.ts';
import type { Workbench } from './workbench/workbench.ts';
import { until } from './workbench/until.ts';

describe('a region of the view', () => {
  const stage = stageForAll();
  let window: Workbench;

  before(async () => {
    window = await stage.open();
    await window.view.open();
    await window.view.shows(/RegionTwo.*0 images/);
  });

  it('takes a new definition, which names it', async () => {
    await window.view.choose(window.view.row(/RegionTwo/), 'New Definition Here…');
    await window.quickInput.says('New Definition in sandbox/RegionTwo');
    await window.screenshot('new-definition-here');
    await window.quickInput.row('Empty').click();
    await window.quickInput.says(/Name of the image/);
    await window.quickInput.enter('Here');
    await window.editor.line('"region": "RegionTwo"').waitFor();
    await window.editor.line('"cloud": "sandbox"').waitFor();
    await window.command('View: Close All Editors');
  });

  it('makes a definition of a file that is dropped on it, and previews it', async () => {
    await copyFile(stage.path('images/disk.raw'), stage.path('images/dropped.raw'));
    const { quickInput, page } = window;
    const address = pathToFileURL(stage.path('images/dropped.raw')).href;
    const row = window.view.row(/RegionTwo/);
    await until(
      (bound) => quickInput.field.waitFor(bound),
      async () => {
        const dataTransfer = await page.evaluateHandle((uri) => {
          const made = new DataTransfer();
          made.setData('text/uri-list', uri);
          return made;
        }, address);
        for (const event of ['dragenter', 'dragover', 'drop']) await row.dispatchEvent(event, { dataTransfer });
      },
    );
    await quickInput.suggests('dropped');
    await quickInput.enter('Dropped');
    await window.differences().waitFor();
    await window.tab(/Dropped in sandbox\/RegionTwo/).waitFor();
    await window.screenshot('dropped-file');
  });
});

describe('keys in the view', () => {
  const stage = stageForAll();
  let window: Workbench;

  before(async () => {
    window = await stage.openFile('ubuntu.image.jsonc');
    await window.apply();
    await window.verified(2);
    await window.view.open();
    await window.view.shows(/Ubuntu 24\.04/, 2);
    await window.command('View: Close All Editors');
  });

  it('copy the id of the selected image, delete it after a question, and find by name', async () => {
    const { keyboard } = window.page;
    await window.view.select('Ubuntu 24.04');
    const id = await window.copied(() => keyboard.press('Control+C'));
    await window.webview().getByText(id, { exact: true }).waitFor();
    await keyboard.press('Control+F');
    await window.quickInput.says('Find Images by Name');
    await keyboard.press('Escape');
    await window.view.select('Ubuntu 24.04');
    await until(
      (bound) => window.dialog().waitFor(bound),
      () => keyboard.press('Delete'),
    );
    await window.answer('Cancel', /Delete image "Ubuntu 24\.04"/);
    await keyboard.press('F5');
    await window.view.shows(/Ubuntu 24\.04/, 2);
  });
});
