import assert from 'node:assert/strict';
import { unusualXzOptions } from '../../../../../src/core/source/decompress/xz-options.ts';

/** Beginnings of what xz 5.4 wrote with these options. */
const HEADS = {
  '--x86': ['fd377a585a000004e6d6b4460201040021011600', 'the filter x86 (BCJ)'],
  '--arm64': ['fd377a585a000004e6d6b44602010a0021011600', 'the filter ARM64 (BCJ)'],
  '--powerpc': ['fd377a585a000004e6d6b4460201050021011600', 'the filter PowerPC (BCJ)'],
  '--check=sha256': ['fd377a585a00000ae1fb0ca10200210116000000', 'the check SHA-256'],
  '--delta --check=sha256': ['fd377a585a00000ae1fb0ca1020103010021011679', 'the filter delta and the check SHA-256'],
  'no options': ['fd377a585a000004e6d6b446020021011600000074', ''],
  'sizes in the header': ['fd377a585a000004e6d6b44603c180018110040021011600', 'the filter x86 (BCJ)'],
  'an unknown filter': ['fd377a585a000004e6d6b446020130000021011600', 'the filter 0x30'],
} as const;

describe('the options of an xz file that decoders may lack', () => {
  for (const [options, [head, expected]] of Object.entries(HEADS)) {
    it(`are told for ${options}`, () => {
      assert.equal(unusualXzOptions(Buffer.from(head, 'hex')), expected);
    });
  }

  it('are none of a file that is cut', () => {
    assert.equal(unusualXzOptions(Buffer.from('fd377a585a00', 'hex')), '');
  });
});
