import assert from 'node:assert/strict';
import { AppliedOrigins } from '../../../../src/state/definitions/applied-origins.ts';
import { definitionOf } from '../sample-plans.ts';

describe('the origins of applied definitions', () => {
  function origins(saved?: unknown): { readonly known: AppliedOrigins; readonly saved: () => unknown } {
    let memory = saved;
    return { known: new AppliedOrigins({ load: () => memory, save: (now) => (memory = now) }), saved: () => memory };
  }
  const at = (url: string, more: object = {}): ReturnType<typeof definitionOf> =>
    definitionOf({ local_file_path: undefined, image_source_url: url, ...more });

  it('are new until something from there was applied', () => {
    const { known, saved } = origins();
    const definition = at('https://user:secret@mirror.example/a.img?x=1');
    assert.deepEqual(known.newOnes([definition]), [
      { origin: 'https://mirror.example', address: 'https://mirror.example/a.img?x=1' },
    ]);
    known.note([definition]);
    assert.deepEqual(known.newOnes([at('https://mirror.example/other.img')]), []);
    assert.deepEqual(saved(), ['https://mirror.example']);
    assert.equal(known.newOnes([at('https://evil.example/?x=data')]).length, 1);
    assert.equal(known.newOnes([at('https://mirror.example:8443/')]).length, 1);
    assert.equal(known.newOnes([at('http://mirror.example/')]).length, 1);
  });

  it('are those of checksum files too, and none for files and digests', () => {
    const { known } = origins();
    known.note([at('https://mirror.example/a.img')]);
    const beside = at('https://mirror.example/a.img', { image_source_checksum: 'https://evil.example/?x=data' });
    assert.deepEqual(
      known.newOnes([beside]).map(({ origin }) => origin),
      ['https://evil.example'],
    );
    const pinned = at('https://mirror.example/a.img', { image_source_checksum: `sha256:${'a'.repeat(64)}` });
    assert.deepEqual(known.newOnes([pinned, definitionOf({ local_file_path: 'a.img' })]), []);
  });

  it('take anything else that was saved for nothing', () => {
    for (const saved of [undefined, null, 'https://mirror.example', [1], {}])
      assert.equal(origins(saved).known.newOnes([at('https://mirror.example/')]).length, 1);
  });
});
