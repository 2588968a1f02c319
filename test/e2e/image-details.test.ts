import { DISK, stageForAll } from './stage.ts';
import type { Workbench } from './workbench/workbench.ts';

const NAME = 'Debian 13 generic cloud image, amd64, daily build';

describe('the page of an image', () => {
  const stage = stageForAll();
  let window: Workbench;

  const define = (tags: readonly string[]): Promise<void> =>
    stage.write('more.image.jsonc', [
      { ...DISK, name: NAME, region: 'RegionOne', tags, properties: { hw_cpu_policy: 'shared', vendor: 'us' } },
      { ...DISK, name: 'Rocky 10', region: 'RegionOne', protected: true },
    ]);

  before(async () => {
    await define(['daily']);
    window = await stage.open();
    await window.view.open();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Apply Images in File');
    await window.quickInput.says('Apply: 2 to create');
    await window.quickInput.accept();
    await window.notified(/Applied and verified/);
    await window.command('View: Close All Editors');
  });

  const page = () => window.webview();
  const heading = (name: string) => page().getByRole('heading', { name, level: 1 });

  it('opens from its row, which keeps the focus, and shows what Glance and the definition say', async () => {
    await window.view.select(NAME);
    await heading(NAME).waitFor();
    for (const text of ['more.image.jsonc:2', 'Matches its definition', 'CPU Pinning', 'hw_cpu_policy'])
      await page().getByText(text, { exact: true }).first().waitFor();
    await window.screenshot('image-details');
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Enter');
    await heading('Rocky 10').waitFor();
  });

  it('copies a checksum, and leads to the definition and to the JSON of Glance', async () => {
    const copied = await window.copied(() => page().getByRole('button', { name: 'Copy sha512' }).click());
    await page().getByText(copied, { exact: true }).waitFor();
    await page().getByRole('button', { name: 'Show JSON' }).click();
    await window.tab('Rocky 10.json').waitFor();
    await window.tab('Rocky 10', { selected: false }).first().click();
    await page()
      .getByRole('button', { name: /^more\.image\.jsonc:\d+$/ })
      .click();
    await window.tab('more.image.jsonc', { selected: true }).waitFor();
  });

  it('follows what becomes of its image', async () => {
    await window.view.select('Rocky 10');
    await window.view.choose(window.view.row('Rocky 10'), 'Hide Image');
    await page().locator('.about').getByText('hidden').waitFor();
    await window.view.shows(/Rocky 10.*hidden.*protected/);
    await window.screenshot('image-hidden');
  });

  it('compares two images side by side', async () => {
    await window.view.select(NAME, 'Rocky 10');
    await window.view.choose(window.view.row('Rocky 10'), 'Compare Images…');
    await window.differences().waitFor();
    await window.tab(/Debian 13 .* ↔ Rocky 10/).waitFor();
    await window.screenshot('compare-images');
  });
});
