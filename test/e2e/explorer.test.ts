import { rm } from 'node:fs/promises';
import { DISK, stageForEach } from './stage.ts';

describe('images in the view', () => {
  const stage = stageForEach();

  beforeEach(async () => {
    await rm(stage.path('mistakes.image.jsonc'));
    await stage.write('more.image.jsonc', [
      { ...DISK, name: 'Debian 13', region: 'RegionOne', tags: ['stable'], protected: false },
      { ...DISK, name: 'Rocky 10', region: 'RegionOne', tags: ['stable', 'rpm'] },
    ]);
  });

  it('are planned together, applied, filtered, grouped and marked', async () => {
    const window = await stage.openFile('more.image.jsonc');
    const { view, quickInput } = window;
    await view.open();
    await view.shows(/RegionOne/);

    await window.command('Glance: Preview Changes in Workspace');
    await window.notified(/Planned: 4 to create. Nothing was sent/);
    const planned = window.webview().getByRole('row', { name: /Debian 13/ });
    await planned.first().waitFor();
    await window.screenshot('plan');

    await window.command('Glance: Apply All Images in Workspace');
    await quickInput.says('Apply: 4 to create');
    await window.screenshot('apply-choice');
    await quickInput.accept();
    await window.notified(/Applied and verified/);
    await view.shows(/Rocky 10/);
    await window.screenshot('tree-managed');

    // A definition that is gone leaves its image behind, and the view says so.
    await rm(stage.path('ubuntu.image.jsonc'));
    await view.shows(/Ubuntu 24\.04.*no definition here/);
    await window.command('Glance: Group Images By…');
    await quickInput.row('Tag').click();
    await view.expand(/^stable/);
    await view.shows(/Rocky 10/);
    await window.screenshot('tree-grouped');
    await window.command('Glance: Group Images By…');
    await quickInput.row('One List').click();

    await window.command('Glance: Filter Images…');
    await quickInput.row('rpm').click();
    await window.screenshot('filter-choice');
    await quickInput.accept();
    await window.page.locator('.sidebar').getByText('Only images that are rpm').waitFor();
    await view.row(/Debian 13/).waitFor({ state: 'detached' });
    await window.screenshot('tree-filtered');
    await window.command('Glance: Clear Filter');
    await view.shows(/Debian 13/);
  });

  it('are led to from their definition, and changed by hand', async () => {
    const window = await stage.openFile('more.image.jsonc');
    const { view } = window;
    await window.apply();
    await window.lens(/Applied/).waitFor();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Show in View');
    await view.selected(/Debian 13/).waitFor();
    await window.screenshot('shown-in-view');

    await view.choose(view.row(/Debian 13/), 'Protect Image');
    await view.shows(/Debian 13.*protected/);
    await window.notified(/Protected .*A definition sets this.*its next apply undoes/);
    await view.choose(view.row(/Debian 13/), 'Deactivate Image…');
    await window.answer('Deactivate', /Deactivate "Debian 13"/, 'deactivate');
    await view.shows(/Debian 13.*deactivated/);
    await view.openMenu(view.row(/Debian 13/), 'Reactivate Image');
    await window.screenshot('image-menu');
  });
});
