import assert from 'node:assert/strict';
import { pinnedChecksum, UpstreamStore } from '../../../../src/state/definitions/upstream.ts';
import { definitionOf } from '../sample-plans.ts';

const url = 'https://example.org/a.img';
const [old, fresh] = ['0'.repeat(64), '1'.repeat(64)];
const pinned = (checksum?: string): ReturnType<typeof definitionOf> =>
  definitionOf({
    local_file_path: undefined,
    image_source_url: url,
    ...(checksum === undefined ? {} : { image_source_checksum: checksum }),
  });
const published = (hex: string): { url: string; checksum: { algorithm: 'sha256'; hex: string } } => ({
  url: 'https://example.org/SHA256SUMS',
  checksum: { algorithm: 'sha256', hex },
});

describe('the upstream of a pinned source', () => {
  it('has moved where another digest is published, and the fix takes it', () => {
    const store = new UpstreamStore();
    const definition = pinned(`sha256:${old}`);
    assert.deepEqual(store.problemsOf(definition), []);
    store.note(definition, published(fresh));
    const [problem, ...others] = store.problemsOf(definition);
    assert.ok(problem?.range);
    assert.deepEqual([problem.code, problem.severity, others.length], ['upstream-moved', 'information', 0]);
    assert.deepEqual(problem.fixes, [{ kind: 'set-value', value: `sha256:${fresh}` }]);
    const { offset, length } = problem.range;
    assert.equal(definition.text.slice(offset, offset + length), `"sha256:${old}"`);
    assert.deepEqual(store.problemsOf(pinned(`sha256:${fresh}`)), []);
  });

  it('is nothing to a definition that follows its publisher, has no checksum or another algorithm', () => {
    const store = new UpstreamStore();
    store.note(pinned(`sha256:${old}`), published(fresh));
    for (const written of [undefined, 'https://example.org/SHA256SUMS', `md5:${'0'.repeat(32)}`])
      assert.deepEqual(store.problemsOf(pinned(written)), []);
    assert.equal(pinnedChecksum(pinned()), undefined);
  });
});
