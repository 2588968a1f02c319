import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { useImages } from '../host/live-images.ts';
import { rawDisk } from '../host/raw-disk.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

const OLD = '0'.repeat(64);
const FRESH = 'a'.repeat(64);

describe('a definition in the editor', function () {
  this.timeout(180_000);
  let folder: string;
  let workspace: string;
  let sandbox: Sandbox;
  let mirror: Server;
  let origin: string;
  let workbench: Workbench | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    workspace = join(folder, 'workspace');
    await mkdir(workspace);
    await makeWorkspace(workspace);
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'] });
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

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    mirror.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  async function open(file: string, text?: string): Promise<Workbench> {
    if (text !== undefined) await writeFile(join(workspace, file), text);
    workbench = await Workbench.open({
      workspace,
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    await workbench.openFile(file);
    return workbench;
  }

  /** The line of the editor that holds a text. */
  function line(window: Workbench, text: string): Locator {
    return window.page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  }

  /** Opens the fixes at a word, once the word is marked. */
  async function fixesAt(window: Workbench, word: string): Promise<Locator> {
    await window.page
      .locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning, .monaco-editor .squiggly-info')
      .first()
      .waitFor();
    await line(window, word).getByText(word).first().click();
    await window.page.keyboard.press('Control+.');
    const menu = window.page.locator('.action-widget:not(.action-list-submenu-panel)');
    await menu.waitFor();
    return menu;
  }

  it('has its slips marked where they stand, and mended there', async () => {
    const window = await open('mistakes.image.jsonc');
    const menu = await fixesAt(window, 'disk_formt');
    await menu.getByText('Change to "disk_format"').waitFor();
    await window.screenshot('quick-fixes');
    await menu.getByText('Change to "disk_format"').click();
    await line(window, '"disk_format"').waitFor();
  });

  it('shows drift on its line, and takes the live value or ignores it', async () => {
    const window = await open('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.transfers().getByText('Glance Transfers').first());
    await window.lens(/Applied in 2 regions/).waitFor();
    await useImages(sandbox.cloudsFile, 'RegionOne', async (images) => {
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
    const menu = await fixesAt(window, 'min_disk_gb');
    await menu
      .getByText(/Take the live value/)
      .first()
      .waitFor();
    await window.screenshot('drift');
    await menu
      .getByText(/Take the live value/)
      .first()
      .click();
    await line(window, '"min_disk_gb": 5').waitFor();
    const other = await fixesAt(window, 'hw_disk_bus');
    await other.getByText(/Ignore it: add "hw_disk_bus"/).click();
    await line(window, '"ignore"').waitFor();
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
    await window.notification(/Upstream moved: Debian 13/).waitFor();
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
    const made = await readFile(join(workspace, 'debian-13.image.jsonc'), 'utf8');
    assert.match(made, new RegExp(`"image_source_checksum": "sha256:${FRESH}"`));
    assert.match(made, /"disk_format": "raw"/);
  });
});
