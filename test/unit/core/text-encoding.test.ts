import assert from 'node:assert/strict';
import { decodeLeniently } from '../../../src/core/text-encoding.ts';

describe('decodeLeniently', () => {
  it('reads UTF-16 by its mark, and anything else as UTF-8', () => {
    const little = Buffer.from('\ufeffa1b2  disk.img\r\n', 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16(), Buffer.from('a1b2  disk.img\r\n')])
      assert.equal(decodeLeniently(bytes), 'a1b2  disk.img\r\n');
    assert.equal(decodeLeniently(Buffer.from('h\xfcsh', 'latin1')), 'h\ufffdsh');
  });
});
