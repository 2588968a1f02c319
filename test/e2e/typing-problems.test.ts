import { DISK, stageForEach } from './stage.ts';

describe('what only a plan used to find', () => {
  const stage = stageForEach();

  it('is marked while typing: a missing file and an unknown region, each with the nearest one', async () => {
    const mistyped = { name: 'Debian 13', ...DISK, local_file_path: 'images/dsk.raw', region: 'RegionOn' };
    await stage.write('debian.image.jsonc', mistyped);
    const window = await stage.openFile('debian.image.jsonc');
    await window.editor.fixAt('dsk', 'Change to "images/disk.raw"');
    await window.screenshot('missing-file');
    await window.editor.fix('dsk', 'Change to "images/disk.raw"', '"images/disk.raw"');
    await window.editor.fix('RegionOn', 'Change to "RegionOne"', '"RegionOne"');
    await window.screenshot('typed-right');
  });
});
