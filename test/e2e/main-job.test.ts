import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { isLook, WebSource } from '../contract/web-source.ts';
import { rawDisk } from '../host/raw-disk.ts';
import { stageForEach } from './stage.ts';
import { press, pressOnce } from './workbench/until.ts';

describe('what a user sees', () => {
  const stage = stageForEach();

  it('goes from a definition to a verified image and on', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    await window.view.open();
    await window.preview();
    await window.screenshot('preview');

    await window.openFile('ubuntu.image.jsonc');
    await window.apply();
    await window.verified(2);
    await window.lens(/Applied in 2 regions/).waitFor();
    // A card moves when its transfer ends.
    await window.webview().getByRole('heading', { name: 'History (2)' }).waitFor();
    const card = window.card('sandbox/RegionTwo');
    // Pressed while the card moves it may fold what it has just unfolded.
    if ((await card.locator('details').getAttribute('open')) === null) await card.locator('summary').click();
    await card.locator('details[open]').waitFor();
    const bytes = await readFile(stage.path('images/disk.raw'));
    for (const algorithm of ['md5', 'sha512']) {
      const told = card.getByText(createHash(algorithm).update(bytes).digest('hex'));
      await told.first().waitFor();
      assert.equal(await told.count(), 2, `${algorithm} of the file: as computed here, and as the cloud reports it`);
    }
    await window.screenshot('transfers');
    for (const region of ['RegionOne', 'RegionTwo']) await window.view.expand(new RegExp(`^(Region )?${region}`));
    await window.view.shows(/Ubuntu 24\.04/, 2);
    await window.screenshot('tree');

    await window.pressLens('Apply this image', window.lens(/No changes in 2 regions/));
    await window.notified(/No changes/, () => window.screenshot('nothing-differs'));
  });

  it('shows what Glance is at while it fetches a source, and deletes what a cancel leaves', async () => {
    const source = await WebSource.start(stage, rawDisk(1));
    try {
      // Whoever fetches waits for ever.
      source.intercept = (request) => !isLook(request);
      const formats = { container_format: 'bare', disk_format: 'raw', region: 'RegionOne' };
      const fetched = { name: 'Fetched', ...formats, image_source_url: source.url, web_download: true };
      await stage.write('fetched.image.jsonc', fetched);
      const window = await stage.openFile('fetched.image.jsonc');
      const card = window.card('Fetched');
      await window.pressLens('Apply this image', window.dialog());
      await window.answer('Send', /is fetched by Glance from its own loopback/, 'source-not-public');
      await card.getByText(/Glance task: processing, for \d+ s/).waitFor();
      await window.screenshot('web-download');
      const goesOn = card.getByText(/An import can't be cancelled: Glance keeps filling the hidden image/);
      await press(card.getByRole('button', { name: 'Cancel' }), goesOn);
      await window.notified(/An import can't be cancelled/, async (entry) => {
        await window.screenshot('web-download-cancelled');
        await pressOnce(entry.getByRole('button', { name: 'Delete Image' }));
      });
      await window.notified(/Deleted: [0-9a-f-]{36}/);
    } finally {
      await source.stop();
    }
  });

  it('imports an image, shows it, and deletes it only after it was named', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { view } = window;
    await view.open();
    await window.apply();
    await window.verified(2);
    await view.expand(/RegionTwo/);
    const row = view.rows(/Ubuntu 24\.04/).last();
    await press(row, window.page.getByText('"os_hash_value"'));
    await window.screenshot('show-image');

    // An image that a definition manages has one already.
    await rm(stage.path('ubuntu.image.jsonc'));
    await view.shows(/Ubuntu 24\.04.*no definition here/);
    await press(row.getByRole('button', { name: 'Import as Definition' }), window.page.getByText('"image_id"').first());
    await window.screenshot('import');

    await view.choose(row, /Delete Image/);
    await window.answer(/Delete/, /Ubuntu 24\.04/, 'delete');
    await view
      .rows(/Ubuntu 24\.04/)
      .nth(1)
      .waitFor({ state: 'detached' });
  });

  it('keeps secrets out of what it writes down', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    await window.view.open();
    await window.apply();
    await window.verified(2);
    const clouds = await readFile(stage.cloudsFile, 'utf8');
    const secrets = [...clouds.matchAll(/(?:password|secret): *"?([^"\s]+)/g)].flatMap(([, secret]) => secret ?? []);
    assert.ok(secrets.length > 0);
    await window.command('Glance: Show Log');
    const log = window.page.locator('.part.panel .view-lines');
    for (const told of [/RegionOne:\sdone/, /RegionTwo:\sdone/, /8388608\sbytes\ssent,\sreq-/])
      await log.getByText(told).first().waitFor();
    const text = (await log.textContent()) ?? '';
    for (const secret of secrets) assert.ok(!text.includes(secret), 'a password stands in the log');
    await window.screenshot('log');
  });

  it('causes no request for an untrusted workspace', async () => {
    const asked: string[] = [];
    const trap: Server = createServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const address = trap.address();
    assert.ok(typeof address === 'object' && address !== null);
    const auth = { auth_url: `http://127.0.0.1:${address.port}/v3`, username: 'u', password: 'p', project_name: 'p' };
    await stage.write('clouds.yaml', { clouds: { trap: { auth } } });
    try {
      const window = await stage.open({ trust: false, environment: {} });
      await window.page.getByText('Restricted Mode').first().waitFor();
      await window.openFile('ubuntu.image.jsonc');
      await window.view.open();
      const untrusted = window.page.getByText(/not trusted/);
      await untrusted.first().waitFor();
      await window.lens(/trust this workspace to plan and apply/).waitFor();
      await window.screenshot('untrusted');
      assert.equal(await window.lens('Apply this image').count(), 0);
      assert.deepEqual(asked, []);

      // The trap does catch: with trust, the same view asks the same cloud.
      const caught = new Promise((resolve) => trap.once('request', resolve));
      await window.page.locator('.sidebar').getByRole('button', { name: 'Manage Workspace Trust' }).click();
      await window.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
      await caught;
      // VS Code 1.103 has the editor of trust in a tab over the definition; newer ones over the window.
      await window.openFile('ubuntu.image.jsonc');
      await window.lens('Apply this image').waitFor();
    } finally {
      trap.close();
    }
  });
});
