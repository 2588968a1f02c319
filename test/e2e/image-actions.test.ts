import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { stageForAll } from './stage.ts';
import { until, type Workbench } from './workbench.ts';

const image = { container_format: 'bare', disk_format: 'raw', local_file_path: 'images/disk.raw', region: 'RegionOne' };

describe('images that are selected in the view', () => {
  const stage = stageForAll();
  let window: Workbench;

  before(async () => {
    const definitions = ['Alma 10', 'Debian 13', 'Rocky 10'].map((name) => ({ ...image, name }));
    await writeFile(join(stage.workspace, 'more.image.jsonc'), JSON.stringify(definitions, undefined, 2));
    window = await stage.open();
    await window.openGlanceView();
    await window.openFile('more.image.jsonc');
    await window.command('Glance: Apply Images in File');
    const choice = window.page.locator('.quick-input-widget');
    await choice.getByText('Apply: 3 to create').waitFor();
    await choice.getByRole('button', { name: 'OK' }).click();
    await window.notified(/Applied and verified/);
    for (const name of ['Alma 10', 'Debian 13', 'Rocky 10']) await row(name).waitFor();
    await window.command('View: Close All Editors');
  });

  const row = (name: string): Locator => window.treeItem(new RegExp(name)).first();

  /** Selects rows, again where a click was lost because they were drawn anew. */
  async function select(...names: readonly string[]): Promise<void> {
    const [first = '', ...others] = names;
    await until(
      async (bound) => {
        for (const name of names) await row(name).and(window.page.locator('[aria-selected="true"]')).waitFor(bound);
      },
      async (bound) => {
        // What the click shows would take the place of what is opened next.
        await window.press(row(first), window.page.getByRole('tab', { name: `${first}.json` }));
        for (const name of others) await row(name).click({ modifiers: ['ControlOrMeta'], ...bound });
      },
    );
  }

  it('are copied as commands, Terraform and JSON', async () => {
    await select('Alma 10', 'Rocky 10');
    const ids = (await window.copied(() => window.chooseFromMenu(row('Rocky 10'), 'Copy Image ID'))).split('\n');
    assert.equal(ids.length, 2);
    const choice = window.page.locator('.quick-input-list .monaco-list-row');
    const texts: string[] = [];
    for (const [index, what] of [/openstack command: show/, /Terraform/, /JSON/].entries()) {
      const text = await window.copied(async () => {
        await window.chooseFromMenu(row('Rocky 10'), /Copy Image As/);
        await choice.first().waitFor();
        if (index === 0) await window.screenshot('copy-as');
        await choice.filter({ hasText: what }).first().click();
      });
      texts.push(text);
    }
    for (const text of texts) for (const id of ids) assert.ok(text.includes(id), text);
    assert.equal(texts[0]?.match(/^openstack .*image show /gm)?.length, 2);
    assert.match(texts[1] ?? '', /resource "openstack_images_image_v2"/);
    assert.equal((JSON.parse(texts[2] ?? '') as unknown[]).length, 2);
  });

  it('are shared with a project, after they were made shared', async () => {
    await select('Debian 13');
    await window.chooseFromMenu(row('Debian 13'), /Share/);
    await window
      .dialog()
      .getByText(/Make "Debian 13".* shared\?/)
      .waitFor();
    await window.dialog().getByRole('button', { name: 'Make Shared' }).click();
    const choice = window.page.locator('.quick-input-widget');
    await choice.getByText('Share with a Project…').click();
    await choice.getByText(/ID of the project/).waitFor();
    await choice.locator('input').first().fill('0123456789abcdef0123456789abcdef');
    await window.screenshot('share');
    await window.page.keyboard.press('Enter');
    await window.notified(/Shared "Debian 13"/);
    await window
      .treeItem(/Debian 13.*shared/)
      .first()
      .waitFor();
  });

  it('lead to their definition, and are hidden together', async () => {
    await select('Rocky 10');
    await window.chooseFromMenu(row('Rocky 10'), 'Open Definition');
    await window.page.getByRole('tab', { name: /more\.image\.jsonc/ }).waitFor();
    await select('Alma 10', 'Rocky 10');
    await window.chooseFromMenu(row('Rocky 10'), /^Hide Image/);
    await window.notified(/Hid 2 images\./, () => window.screenshot('hidden'));
  });

  it('are deleted after a modal that names each; the one that can’t be is named with the reason', async () => {
    await select('Debian 13');
    await window.chooseFromMenu(row('Debian 13'), 'Protect Image');
    await window
      .treeItem(/Debian 13.*protected/)
      .first()
      .waitFor();
    await window.notified(/Protected /);
    await select('Alma 10', 'Debian 13', 'Rocky 10');
    await window.chooseFromMenu(row('Rocky 10'), /Delete Image/);
    await window.dialog().getByText('Delete 3 images?').waitFor();
    for (const name of ['Alma 10', 'Debian 13', 'Rocky 10'])
      await window
        .dialog()
        .getByText(new RegExp(`"${name}" in sandbox/RegionOne`))
        .waitFor();
    await window.dialog().getByText('Protected, so that Glance will refuse it: "Debian 13"').waitFor();
    await window.screenshot('delete-several');
    await window.dialog().getByRole('button', { name: 'Delete' }).click();
    await window.notified(/1 of 3 images could not be deleted\. "Debian 13".*protected/, () =>
      window.screenshot('delete-failed'),
    );
    for (const name of ['Alma 10', 'Rocky 10']) await row(name).waitFor({ state: 'detached' });
    await row('Debian 13').waitFor();
  });
});
