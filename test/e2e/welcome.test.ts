import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { stageForEach } from './stage.ts';
import { press, pressOnce, until } from './workbench/until.ts';

/** The titles of the walkthrough's steps, their ids, and what their pictures are of. */
const STEPS = [
  ['Choose a cloud', 'cloud', 'The sandbox cloud'],
  ['Look at the images', 'look', 'Images of two regions in the Glance view'],
  ['Write a definition', 'define', 'A definition file'],
  ['Preview changes', 'preview', 'Live on the left, desired on the right'],
  ['Apply it', 'apply', 'A transfer, verified'],
] as const;

describe('a first start', () => {
  const stage = stageForEach({ sandbox: false });

  it('leads from no cloud to an applied image by the steps of the walkthrough alone', async () => {
    const window = await stage.open();
    const { page } = window;
    await window.view.open();
    const sidebar = page.locator('.sidebar');
    await sidebar.getByText('No cloud is configured.').waitFor();
    await window.screenshot('welcome-none');
    // VS Code 1.103 opens another walkthrough as long as it has not read that of the extension.
    await press(sidebar.getByText('Your first Glance image'), page.getByText('From an empty folder to an image that'));
    const step = (title: string): Locator => page.locator('.getting-started-step').filter({ hasText: title });
    const button = (name: string): Locator =>
      page.locator('.getting-started-step.expanded').getByRole('button', { name });
    const choose = async (title: string): Promise<void> => {
      // What a step opened may lie over the walkthrough.
      const expanded = page.locator('.getting-started-step.expanded');
      if (!(await expanded.isVisible())) await page.getByRole('tab', { name: /Welcome|Walkthrough/ }).click();
      await expanded.waitFor();
      const open = step(title).and(expanded);
      if (!(await open.isVisible())) await press(step(title), open);
    };
    const pictures = window.webview();

    for (const [title, name, shown] of STEPS) {
      await choose(title);
      await pictures.getByRole('img', { name: shown }).waitFor();
      await window.screenshot(`walkthrough-${name}`);
    }
    await choose('Choose a cloud');
    await button('Start Sandbox Cloud').click();
    await window.view.shows(/RegionTwo/);
    await choose('Look at the images');
    await button('Open Glance View').click();
    await choose('Write a definition');
    await button('New Sample Definition').click();
    await window.lens('Apply this image').waitFor();
    await choose('Preview changes');
    await button('Preview Changes in File').click();
    await window.differences().waitFor();
    await choose('Apply it');
    await button('Apply Images in File').click();
    await window.view.shows(/Sample.*active/, 2);
    await choose('Apply it');
    for (const [title] of STEPS) await step(title).locator('.complete.codicon').waitFor();
    await window.screenshot('walkthrough-done');
  });

  it('works without a folder too', async () => {
    const window = await stage.open({ workspace: undefined });
    await window.view.open();
    await window.command('Start Sandbox Cloud');
    await window.view.shows(/RegionTwo/);
    await window.command('New Sample Definition');
    await window.apply();
    await window.lens(/Applied in 2 regions/).waitFor();
    await window.screenshot('without-a-folder');
  });

  it('says what is the matter with a cloud, what to do, and that you are signed in and out', async () => {
    const sandbox = await startSandbox({ directory: join(stage.folder, 'sandbox'), users: ['demo'] });
    const window = await stage.open();
    const { page } = window;
    const text = await readFile(sandbox.cloudsFile, 'utf8');
    const sidebar = page.locator('.sidebar');
    try {
      // Nobody listens on that port.
      await stage.write('clouds.yaml', text.replace(/auth_url: .*/, 'auth_url: http://127.0.0.1:9/v3'));
      await window.view.open();
      const failure = window.view.row(/127\.0\.0\.1:9/);
      await failure.hover();
      await failure.getByRole('button', { name: 'Retry' }).waitFor();
      await failure.getByRole('button', { name: 'Show Log' }).waitFor();
      await window.screenshot('cloud-failed');

      // Saved again where VS Code did not watch the folder yet: on a busy machine its watcher begins late.
      await until(
        (bound) =>
          window.view
            .rows(/No images/)
            .nth(1)
            .waitFor(bound),
        () => stage.write('clouds.yaml', text),
      );
      await window.screenshot('no-images');
      await press(window.view.row(/No images/), page.getByText('From an image of the cloud'));
      await page.keyboard.press('Escape');

      // Without a list of regions the catalog is asked for them, which takes a login.
      await stage.write('clouds.yaml', text.replace(/^ +(password|regions): .*\n/gm, ''));
      await page.getByText('Password for cloud "sandbox"').waitFor();
      await page.keyboard.press('Escape');
      await sidebar.getByText('Sign in to your cloud to list its images.').waitFor();
      await window.screenshot('welcome-signed-out');
      await press(sidebar.getByRole('button', { name: 'Sign In' }), page.getByText('Password for cloud "sandbox"'));
      const [, password = ''] = /^ +password: "?([^"\n]*)/m.exec(text) ?? [];
      await page.keyboard.insertText(password);
      await page.keyboard.press('Enter');
      await window.notified(/Save the password of cloud "sandbox"/, async (entry) => {
        await window.screenshot('signed-in');
        await pressOnce(entry.getByRole('button', { name: 'Save' }));
      });
      await window.view.shows(/No images/, 2);

      await window.command('Glance: Sign Out…');
      await sidebar.getByText('Sign in to your cloud to list its images.').waitFor();
    } finally {
      await sandbox.stop();
    }
  });
});
