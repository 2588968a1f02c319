import assert from 'node:assert/strict';
import { DISK, stageForAll } from './stage.ts';
import type { Workbench } from './workbench/workbench.ts';

const NAMES = ['Alma 10', 'Debian 13', 'Rocky 10'];

describe('images that are selected in the view', () => {
  const stage = stageForAll();
  let window: Workbench;

  before(async () => {
    const definitions = NAMES.map((name) => ({ ...DISK, name, region: 'RegionOne' }));
    await stage.write('more.image.jsonc', definitions);
    window = await stage.open();
    await window.view.open();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Apply Images in File');
    await window.quickInput.says('Apply: 3 to create');
    await window.quickInput.accept();
    await window.notified(/Applied and verified/);
    for (const name of NAMES) await window.view.shows(name);
    await window.command('View: Close All Editors');
  });

  /** Chooses from the menu of an image, which is about all that are selected. */
  const choose = (name: string, entry: string | RegExp): Promise<void> =>
    window.view.choose(window.view.row(name), entry);

  it('are copied as commands, Terraform and JSON', async () => {
    await window.view.select('Alma 10', 'Rocky 10');
    const ids = (await window.copied(() => choose('Rocky 10', 'Copy Image ID'))).split('\n');
    assert.equal(ids.length, 2);
    const texts: string[] = [];
    for (const [index, what] of [/openstack command: show/, /Terraform/, /JSON/].entries()) {
      const text = await window.copied(async () => {
        await choose('Rocky 10', /Copy Image As/);
        await window.quickInput.row(what).waitFor();
        if (index === 0) await window.screenshot('copy-as');
        await window.quickInput.row(what).click();
      });
      texts.push(text);
    }
    for (const text of texts) for (const id of ids) assert.ok(text.includes(id), text);
    assert.equal(texts[0]?.match(/^openstack .*image show /gm)?.length, 2);
    assert.match(texts[1] ?? '', /resource "openstack_images_image_v2"/);
    assert.equal((JSON.parse(texts[2] ?? '') as unknown[]).length, 2);
  });

  it('are shared with a project, after they were made shared', async () => {
    await window.view.select('Debian 13');
    await choose('Debian 13', /Share/);
    await window.answer('Make Shared', /Make "Debian 13".* shared\?/);
    const { quickInput } = window;
    await quickInput.box.getByText('Share with a Project…').click();
    await quickInput.says(/Project ID/);
    await quickInput.field.fill('0123456789abcdef0123456789abcdef');
    await window.screenshot('share');
    await quickInput.field.press('Enter');
    await window.notified(/Shared "Debian 13"/);
    await window.view.shows(/Debian 13.*shared/);
  });

  it('lead to their definition, and are hidden together', async () => {
    await window.view.select('Rocky 10');
    await choose('Rocky 10', 'Open Definition');
    await window.tab(/more\.image\.jsonc/).waitFor();
    await window.view.select('Alma 10', 'Rocky 10');
    await choose('Rocky 10', /^Hide Image/);
    await window.notified(/Hidden: 2 images\./, () => window.screenshot('hidden'));
  });

  it('are deleted after a modal that names each; the one that can’t be is named with the reason', async () => {
    await window.view.select('Debian 13');
    await choose('Debian 13', 'Protect Image');
    await window.view.shows(/Debian 13.*protected/);
    await window.notified(/Protected /);
    await window.view.select('Alma 10', 'Debian 13', 'Rocky 10');
    await choose('Rocky 10', /Delete Image/);
    const asked = await window.answer('Delete', 'Delete 3 images?', 'delete-several');
    for (const name of NAMES) assert.ok(asked.includes(`"${name}" in sandbox/RegionOne`), asked);
    assert.match(asked, /Protected, so Glance will refuse: "Debian 13"/);
    const reason = /1 of 3 images could not be deleted\. "Debian 13".*protected/;
    await window.notified(reason, () => window.screenshot('delete-failed'));
    for (const name of ['Alma 10', 'Rocky 10']) await window.view.row(name).waitFor({ state: 'detached' });
    await window.view.shows('Debian 13');
  });
});
