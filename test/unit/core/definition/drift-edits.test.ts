import assert from 'node:assert/strict';
import { ignorePropertyEdits, takeLiveEdits } from '../../../../src/core/definition/drift-edits.ts';
import { applyEdits } from '../../../../src/core/definition/edit.ts';

const TEXT = `{
  "name": "a", // the name
  "min_disk_gb": 10, // GiB
  "properties": {
    "os_distro": "debian", // distro
    "b": 1
  },
  "ignore": ["hw_*"]
}
`;

describe('edits for drift', () => {
  it('take a live value, a list or the absence of a property, and keep comments', () => {
    const take = (path: string, live: Parameters<typeof takeLiveEdits>[3]): string =>
      applyEdits(TEXT, takeLiveEdits(TEXT, 0, path, live));
    assert.equal(take('min_disk_gb', 1), TEXT.replace('10', '1'));
    assert.equal(take('tags', ['x']), TEXT.replace('// GiB\n', '// GiB\n  "tags": ["x"],\n'));
    assert.equal(take('properties/os_distro', undefined), TEXT.replace('    "os_distro": "debian", // distro\n', ''));
    assert.equal(take('properties/c', 'y'), TEXT.replace('"b": 1\n', '"b": 1,\n    "c": "y"\n'));
  });

  it('ignore a property: it leaves "properties" and joins "ignore"', () => {
    assert.equal(
      applyEdits(TEXT, ignorePropertyEdits(TEXT, 0, 'os_distro')),
      TEXT.replace('    "os_distro": "debian", // distro\n', '').replace('["hw_*"]', '["hw_*", "os_distro"]'),
    );
    const plain = '{\n  "name": "a",\n  "properties": { "b": 1 }\n}';
    assert.equal(
      applyEdits(plain, ignorePropertyEdits(plain, 0, 'b')),
      '{\n  "name": "a",\n  "properties": { },\n  "ignore": ["b"]\n}',
    );
  });
});
