import { DISK, stageForAll } from './stage.ts';
import type { Workbench } from './workbench/workbench.ts';

describe('finding images in the view', () => {
  const stage = stageForAll();
  let window: Workbench;

  before(async () => {
    const names = ['Ubuntu 22.04 LTS', 'Ubuntu 24.04 LTS', 'Debian 13'];
    await stage.write(
      'more.image.jsonc',
      names.map((name) => ({
        ...DISK,
        name,
        region: 'RegionOne',
        properties: { os_distro: name.split(' ')[0]?.toLowerCase() },
      })),
    );
    window = await stage.open();
    await window.view.open();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Apply Images in File');
    await window.quickInput.says('Apply: 3 to create');
    await window.quickInput.accept();
    await window.notified(/Applied and verified/);
    await window.view.shows('Debian 13');
  });

  it('counts them, and says which cloud it is and who is logged in', async () => {
    await window.view.shows(/RegionOne.*3 images, sandbox, demo in demo/);
    await window.screenshot('tree-counts');
  });

  it('filters by name while it is typed; Escape restores, Enter keeps', async () => {
    const { quickInput, view } = window;
    await window.command('Glance: Find Images by Name…');
    await quickInput.field.fill('24.04');
    await view.row('Debian 13').waitFor({ state: 'detached' });
    await view.shows(/RegionOne.*1 of 3 images/);
    await window.screenshot('find-by-name');
    await window.page.keyboard.press('Escape');
    await view.shows('Debian 13');
    await window.command('Glance: Find Images by Name…');
    await quickInput.enter('UBUNTU');
    await view.row('Debian 13').waitFor({ state: 'detached' });
    await view.shows(/Ubuntu/, 2);
    await window.page.locator('.sidebar').getByText('Filter: name contains "UBUNTU"').waitFor();
    await window.command('Glance: Clear Filter');
    await view.shows('Debian 13');
  });

  it('sorts them as Glance does, and groups them by distribution', async () => {
    const { quickInput, view } = window;
    await window.command('Glance: Sort Images By…');
    await window.screenshot('sort-choice');
    await quickInput.row('Last Updated First').click();
    await window.page.locator('.sidebar').getByText('Order: last updated first').waitFor();
    await view.shows('Debian 13');
    await window.command('Glance: Group Images By…');
    await quickInput.row('Distribution').click();
    await view.expand(/^ubuntu/);
    await view.shows(/Ubuntu 2/, 2);
    await window.screenshot('tree-by-distribution');
  });
});
