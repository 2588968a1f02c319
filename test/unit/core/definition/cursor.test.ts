import assert from 'node:assert/strict';
import { cursorAt } from '../../../../src/core/definition/cursor.ts';

/** Where the bar stands in a text. */
function cursorIn(marked: string): ReturnType<typeof cursorAt> {
  const offset = marked.indexOf('|');
  return cursorAt(marked.replace('|', ''), offset);
}

describe('the cursor in a definition', () => {
  it('is in a string, with its quotes for a range', () => {
    assert.deepEqual(cursorIn('{ "disk_format": "qc|ow" }'), {
      index: 0,
      path: ['disk_format'],
      writes: 'value',
      range: { offset: 17, length: 6 },
      inString: true,
    });
  });

  it('is where a value is missing', () => {
    const found = cursorIn('{ "disk_format": | }');
    assert.deepEqual([found?.path, found?.writes, found?.range.length], [['disk_format'], 'value', 0]);
  });

  it('is in an item of a list, and in a definition of several', () => {
    const found = cursorIn('[{}, { "regions": ["RegionOne", "|"] }]');
    assert.deepEqual([found?.index, found?.path, found?.inString], [1, ['regions', '1'], true]);
  });

  it('is at a name that is being written', () => {
    const found = cursorIn('{ "properties": { "os_|" } }');
    assert.deepEqual([found?.path[0], found?.writes, found?.range.length], ['properties', 'name', 5]);
  });

  it('is in a string that has no end yet', () => {
    const found = cursorIn('{\n  "local_file_path": "images/|\n}');
    assert.deepEqual([found?.path, found?.inString], [['local_file_path'], true]);
  });

  it('is nowhere outside of a definition', () => {
    assert.equal(cursorIn('|'), undefined);
    assert.equal(cursorIn('{ "name": "a" }\n|'), undefined);
  });
});
