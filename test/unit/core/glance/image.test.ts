import assert from 'node:assert/strict';
import { imageFileName } from '../../../../src/core/glance/image.ts';
import { liveImage } from '../../state/live-image.ts';

describe('the file name for an image', () => {
  for (const [name, expected] of [
    ['Ubuntu 24.04', 'Ubuntu-24.04.qcow2'],
    ['../../etc/passwd', 'etc-passwd.qcow2'],
    ['.ssh', 'ssh.qcow2'],
    ['C:\\x|y?', 'C-x-y.qcow2'],
    ['CON', 'ID.qcow2'],
    ['com1.tar', 'ID.qcow2'],
    ['LPT¹', 'ID.qcow2'],
    ['conin$', 'conin.qcow2'],
    ['x. . .', 'x.qcow2'],
    ['a\u0000b\u001b[31mc', 'a-b-31mc.qcow2'],
    ['\u3164\u115f', 'ID.qcow2'],
    ['Ünïcödé 雪', 'Ünïcödé-雪.qcow2'],
    ['e\u0301', 'é.qcow2'],
    ['\u202egnp.exe', 'gnp.exe.qcow2'],
    ['disk.qcow2', 'disk.qcow2'],
    ['Disk.QCOW2', 'Disk.QCOW2'],
    ['…', 'ID.qcow2'],
    ['', 'ID.qcow2'],
    ['𠀀'.repeat(255), `${'𠀀'.repeat(48)}.qcow2`],
    ['x'.repeat(255), `${'x'.repeat(48)}.qcow2`],
  ] as const) {
    it(`${JSON.stringify(name)} is ${expected}`, () => {
      const image = liveImage('3d5b1a1e-7a4c-4bd3-9c60-0d1f0a2f0001', name, { disk_format: 'qcow2' });
      assert.equal(imageFileName(image), expected.replace('ID', image.id));
    });
  }

  it('has an ending of a few letters, whatever the cloud calls the format', () => {
    const named = (disk_format: string): string =>
      imageFileName(liveImage('3d5b1a1e-7a4c-4bd3-9c60-0d1f0a2f0001', 'x', { disk_format }));
    assert.equal(named('../../sh'), 'x.sh');
    assert.equal(named('\u202e'), 'x.img');
    assert.equal(named('q'.repeat(5000)), `x.${'q'.repeat(16)}`);
  });
});
