import assert from 'node:assert/strict';
import { ignorePropertyEdits, takeLiveEdits } from '../../../../../src/core/definition/edits/drift-edits.ts';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';

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

  it('keep what a list says of its items', () => {
    const list = `{\r\n\t"tags": [\r\n\t\t// for people\r\n\t\t"lts",\r\n\t\t"old", // until May\r\n\t\t"server" /* role */\r\n\t],\r\n}`;
    assert.equal(
      applyEdits(list, takeLiveEdits(list, 0, 'tags', ['server', 'new', 'lts'])),
      list
        .replace('\t\t"old", // until May\r\n', '')
        .replace('"server" /* role */', '"server", /* role */\r\n\t\t"new"'),
    );
    assert.deepEqual(takeLiveEdits(list, 0, 'tags', ['old', 'server', 'lts']), []);
    const inline = '{ "tags": ["a", /* b */ "b"] }';
    assert.equal(applyEdits(inline, takeLiveEdits(inline, 0, 'tags', ['b', 'c'])), '{ "tags": [/* b */ "b", "c"] }');
    assert.equal(applyEdits(inline, takeLiveEdits(inline, 0, 'tags', [])), '{ "tags": [ /* b */] }');
    const ignoring = `{\n  "properties": { "b": 1 },\n  "ignore": [\n    // the scheduler's\n    "hw_*",\n  ],\n}`;
    assert.equal(
      applyEdits(ignoring, ignorePropertyEdits(ignoring, 0, 'b')),
      ignoring.replace('{ "b": 1 }', '{ }').replace('"hw_*",', '"hw_*",\n    "b",'),
    );
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
