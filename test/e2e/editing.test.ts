import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { useImages } from '../host/live-images.ts';
import { rawDisk } from '../host/raw-disk.ts';
import { stageForEach } from './stage.ts';
import { until, type Workbench } from './workbench.ts';

const OLD = '0'.repeat(64);
const FRESH = 'a'.repeat(64);

describe('a definition in the editor', () => {
  const stage = stageForEach();
  let mirror: Server;
  let origin: string;

  beforeEach(async () => {
    const disk = rawDisk(8);
    mirror = createServer(({ url }, response) => {
      if (url === '/debian-13.raw') response.end(disk);
      else if (url === '/SHA256SUMS') response.end(`${FRESH}  debian-13.raw\n`);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(mirror, 'listening');
    const address = mirror.address();
    assert.ok(typeof address === 'object' && address !== null);
    origin = `http://127.0.0.1:${address.port}`;
  });

  afterEach(() => {
    mirror.close();
  });

  async function open(file: string, text?: string): Promise<Workbench> {
    if (text !== undefined) await writeFile(join(stage.workspace, file), text);
    const window = await stage.open();
    await window.openFile(file);
    return window;
  }

  /** The line of the editor that holds a text. */
  function line(window: Workbench, text: string): Locator {
    return window.page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  }

  /** The menu of fixes at a word, opened until it has this one: it goes away again where the marks are drawn anew just then. */
  async function fixAt(window: Workbench, word: string, title: string | RegExp): Promise<Locator> {
    const fix = window.page.locator('.action-widget').getByText(title).first();
    await until(
      (bound) => fix.waitFor(bound),
      async (bound) => {
        await window.page.keyboard.press('Escape');
        await line(window, word).getByText(word).first().click(bound);
        await window.page.keyboard.press('Control+.');
      },
    );
    return fix;
  }

  /** Takes a fix at a word, which writes this text. */
  async function mend(window: Workbench, word: string, title: string | RegExp, written: string): Promise<void> {
    await until(
      (bound) => line(window, written).waitFor(bound),
      async (bound) => {
        const fix = await fixAt(window, word, title);
        // VS Code covers the menu until the pointer moves.
        await fix.hover({ force: true, ...bound });
        await fix.click(bound);
      },
    );
  }

  it('is written by completion: names with their values and commas, and what its cloud has', async () => {
    const window = await open('typed.image.jsonc', '');
    const { page } = window;
    const suggestion = (label: string): Locator =>
      page.locator('.suggest-widget .monaco-list-row').filter({ hasText: label }).first();
    /** Waits for a suggestion, and asks again where it went away or its cloud was slow. */
    const suggested = (label: string): Promise<void> =>
      until(
        (bound) => suggestion(label).waitFor(bound),
        (bound) =>
          suggestion(label)
            .waitFor(bound)
            .catch(async () => {
              await page.keyboard.press('Escape');
              await page.keyboard.press('Control+Space');
            }),
      );
    const accept = (label: string, shown: string): Promise<void> =>
      until(
        (bound) => line(window, shown).waitFor(bound),
        async (bound) => {
          await suggested(label);
          // Enter takes the one that has the focus.
          await suggestion(label).and(page.locator('.focused')).waitFor(bound);
          await page.keyboard.press('Enter');
        },
      );
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.type('{');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Space');
    await suggestion('name').waitFor();
    await window.screenshot('completion-names');
    await page.keyboard.type('disk_');
    await accept('disk_format', '"disk_format": ""');
    // The formats of the cloud, without another key.
    await suggestion('qcow2').waitFor();
    await suggested('sandbox/RegionOne');
    await window.screenshot('completion-formats');
    await page.keyboard.type('ra');
    await accept('raw', '"disk_format": "raw"');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('"min_d');
    await accept('min_disk_gb', '"min_disk_gb": 10');
    // The comma came with it.
    await line(window, '"disk_format": "raw",').waitFor();
  });

  it('has its slips marked where they stand, and mended there', async () => {
    const window = await open('mistakes.image.jsonc');
    await fixAt(window, 'disk_formt', 'Change to "disk_format"');
    await window.screenshot('quick-fixes');
    await mend(window, 'disk_formt', 'Change to "disk_format"', '"disk_format"');
  });

  it('shows drift on its line, and takes the live value or ignores it', async () => {
    const window = await open('ubuntu.image.jsonc');
    await window.apply();
    await window.lens(/Applied in 2 regions/).waitFor();
    await useImages(stage.cloudsFile, 'RegionOne', async (images) => {
      for await (const page of images.list({ name: 'Ubuntu 24.04' }))
        for (const { id } of page)
          await images.patch(id, [
            { op: 'replace', path: 'min_disk', value: 5 },
            { op: 'add', path: 'hw_disk_bus', value: 'scsi' },
          ]);
    });
    await window.pressLens('Preview changes', window.page.getByText('Live ↔ definition').first());
    await window.openFile('ubuntu.image.jsonc');
    await window.lens(/RegionOne: 2 changes/).waitFor();
    await fixAt(window, 'min_disk_gb', /Take the live value/);
    await window.screenshot('drift');
    await mend(window, 'min_disk_gb', /Take the live value/, '"min_disk_gb": 5');
    await mend(window, 'hw_disk_bus', /Ignore it: add "hw_disk_bus"/, '"ignore"');
  });

  it('says that its upstream moved, and sets the new checksum', async () => {
    const window = await open(
      'debian.image.jsonc',
      `{
  "name": "Debian 13",
  "container_format": "bare",
  "disk_format": "raw",
  "image_source_url": "${origin}/debian-13.raw",
  "image_source_checksum": "sha256:${OLD}", // of May
  "region": "RegionOne"
}
`,
    );
    await window.lens('Apply this image').waitFor();
    await window.command('Glance: Check Upstream');
    await window.notified(/Upstream moved: Debian 13/);
    await window.lens(/Upstream moved/).waitFor();
    await window.screenshot('upstream-moved');
    await window.pressLens(/Upstream moved/, line(window, FRESH));
    assert.equal(await line(window, '// of May').count(), 1, 'the comment stays');
  });

  it('is made from a URL, with format, size and checksum filled in', async () => {
    const window = await open('ubuntu.image.jsonc');
    await window.command('Glance: New Definition from URL…');
    const input = window.page.locator('.quick-input-widget input').first();
    await input.fill(`${origin}/debian-13.raw`);
    await window.page.keyboard.press('Enter');
    const pin = window.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Pin the bytes of today' });
    await pin.first().waitFor();
    await window.screenshot('new-from-url');
    await pin.first().click();
    await window.page.locator('.quick-input-widget').getByText('Name of the image').waitFor();
    await window.page.keyboard.press('Enter');
    await line(window, '"image_source_checksum"').waitFor();
    await window.screenshot('new-from-url-made');
    const made = await readFile(join(stage.workspace, 'debian-13.image.jsonc'), 'utf8');
    assert.match(made, new RegExp(`"image_source_checksum": "sha256:${FRESH}"`));
    assert.match(made, /"disk_format": "raw"/);
  });
});
