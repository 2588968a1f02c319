import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { useImages } from '../host/live-images.ts';
import { rawDisk } from '../host/raw-disk.ts';
import { stageForEach } from './stage.ts';

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

  it('is written by completion: names with their values and commas, and what its cloud has', async () => {
    await stage.write('typed.image.jsonc', '');
    const window = await stage.openFile('typed.image.jsonc');
    const { editor, page } = window;
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.type('{');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Space');
    await editor.suggestion('name').waitFor();
    await window.screenshot('completion-names');
    await page.keyboard.type('disk_');
    await editor.complete('disk_format', '"disk_format": ""');
    // The formats of the cloud, without another key.
    await editor.suggestion('qcow2').waitFor();
    await editor.suggested('sandbox/RegionOne');
    await window.screenshot('completion-formats');
    await page.keyboard.type('ra');
    await editor.complete('raw', '"disk_format": "raw"');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('"min_d');
    await editor.complete('min_disk_gb', '"min_disk_gb": 10');
    // The comma came with it.
    await editor.line('"disk_format": "raw",').waitFor();
  });

  it('has its slips marked where they stand, and mended there', async () => {
    const window = await stage.openFile('mistakes.image.jsonc');
    await window.editor.fixAt('disk_formt', 'Change to "disk_format"');
    await window.screenshot('quick-fixes');
    await window.editor.fix('disk_formt', 'Change to "disk_format"', '"disk_format"');
  });

  it('shows drift on its line, and takes the live value or ignores it', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { editor } = window;
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
    await window.pressLens('Preview changes', window.page.getByText('cloud ↔ definition'));
    await window.openFile('ubuntu.image.jsonc');
    await window.lens(/RegionOne: 2 changes/).waitFor();
    await editor.fixAt('min_disk_gb', /Use the live value/);
    await window.screenshot('drift');
    await editor.fix('min_disk_gb', /Use the live value/, '"min_disk_gb": 5');
    await editor.fix('hw_disk_bus', /Ignore: add "hw_disk_bus"/, '"ignore"');
  });

  it('says that its upstream changed, and sets the new checksum', async () => {
    const text = `{
  "name": "Debian 13",
  "container_format": "bare",
  "disk_format": "raw",
  "image_source_url": "${origin}/debian-13.raw",
  "image_source_checksum": "sha256:${OLD}", // of May
  "region": "RegionOne"
}
`;
    await stage.write('debian.image.jsonc', text);
    const window = await stage.openFile('debian.image.jsonc');
    await window.lens('Apply this image').waitFor();
    await window.command('Glance: Check Upstream');
    await window.notified(/Upstream changed: Debian 13/);
    await window.lens(/Upstream changed/).waitFor();
    await window.screenshot('upstream-moved');
    await window.pressLens(/Upstream changed/, window.editor.line(FRESH));
    assert.equal(await window.editor.line('// of May').count(), 1, 'the comment stays');
  });

  it('is made from a URL, with format, size and checksum filled in', async () => {
    const window = await stage.openFile('ubuntu.image.jsonc');
    const { quickInput } = window;
    await window.command('Glance: New Definition from URL…');
    await quickInput.enter(`${origin}/debian-13.raw`);
    const pin = quickInput.row("Pin today's checksum");
    await pin.waitFor();
    await window.screenshot('new-from-url');
    await pin.click();
    await quickInput.says('Name of the image');
    await quickInput.field.press('Enter');
    await window.editor.line('"image_source_checksum"').waitFor();
    await window.screenshot('new-from-url-made');
    const made = await readFile(stage.path('debian-13.image.jsonc'), 'utf8');
    assert.match(made, new RegExp(`"image_source_checksum": "sha256:${FRESH}"`));
    assert.match(made, /"disk_format": "raw"/);
  });
});
