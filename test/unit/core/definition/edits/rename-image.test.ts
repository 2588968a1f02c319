import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';
import { nameAt, renameEdits } from '../../../../../src/core/definition/edits/rename-image.ts';

const at = (text: string, mark: string): number => text.indexOf(mark) + 1;
const renamed = (text: string, to: string): string => applyEdits(text, renameEdits(text, at(text, '"name"'), to));

describe('renaming an image in its definition', () => {
  it('adds the old name as "key", so that the image is renamed and not made anew', () => {
    const text = '{\n  "name": "Old", // ours\n  "disk_format": "raw",\n}\n';
    assert.equal(renamed(text, 'New'), '{\n  "name": "New", // ours\n  "disk_format": "raw",\n  "key": "Old",\n}\n');
  });

  it('leaves a definition alone that is known by more than its name', () => {
    for (const known of ['"key": "k"', '"image_id": "8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f"']) {
      const text = `{ "name": "Old", ${known} }`;
      assert.equal(renamed(text, 'New'), `{ "name": "New", ${known} }`);
    }
  });

  it('means the definition of the file that the cursor is in', () => {
    const text = '[{ "name": "One" }, { "name": "Two" }]';
    const offset = at(text, '"Two"');
    assert.deepEqual(nameAt(text, offset), { index: 1, name: 'Two', range: { offset, length: 3 } });
    assert.equal(
      applyEdits(text, renameEdits(text, offset, 'Zwei')),
      '[{ "name": "One" }, { "name": "Zwei", "key": "Two" }]',
    );
  });

  it('refuses a key, with the reason', () => {
    const text = '{ "name": "One", "key": "k" }';
    assert.throws(() => nameAt(text, at(text, '"k"')), /stays the same for the life of its definition/);
    assert.throws(() => nameAt(text, at(text, '"key"')), { code: 'not-renamed' });
  });

  it('refuses what is no name, and names that Glance does not take', () => {
    const text = '{ "name": "One", "disk_format": "raw" }';
    assert.throws(() => nameAt(text, at(text, '"raw"')), /Only the name of an image/);
    assert.throws(() => renamed(text, ' '), /needs a name/);
    assert.throws(() => renamed(text, 'x'.repeat(256)), /at most 255/);
    assert.equal(renamed(text, 'One'), text);
  });
});
