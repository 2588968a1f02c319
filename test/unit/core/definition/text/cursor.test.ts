import assert from 'node:assert/strict';
import { cursorAt } from '../../../../../src/core/definition/text/cursor.ts';

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
      isBehind: false,
      inString: true,
      follows: 'other',
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

  it('is at a name behind a whole value, where a comma is missing', () => {
    const found = cursorIn('{ "regions": ["a"] /* both */ | }');
    assert.deepEqual([found?.writes, found?.path, found?.commaBefore], ['name', [''], 18]);
    assert.equal(cursorIn('{ "a": 1, | }')?.commaBefore, undefined);
    assert.deepEqual(cursorIn('{ "regions": ["a" "|"] }')?.commaBefore, 17);
  });

  it('sees whether a colon or another member follows', () => {
    const follows = (marked: string): unknown => cursorIn(marked)?.follows;
    assert.deepEqual(
      ['{ | "a": 1 }', '{ "|": 1 }', '{ | // c\n }', '{ "a": | \n "b": 1 }', '{ "a": "|", "b": 1 }'].map(follows),
      ['next', 'colon', 'other', 'next', 'other'],
    );
  });

  it('has the word for a range that has no quotes yet', () => {
    assert.deepEqual(cursorIn('{ mi| }')?.range, { offset: 2, length: 2 });
    assert.deepEqual(cursorIn('{ "disk_format": qc|o }')?.range, { offset: 17, length: 3 });
  });

  it('is behind a string once that is closed', () => {
    const behind = [
      '{ "name"|',
      '{ "name": ""| }',
      '{ "name": "a|" }',
      '{ "name": "|',
      '{ "name": "a\\"|\n}',
      '{ "min_disk_gb": 5| }',
    ];
    assert.deepEqual(
      behind.map((marked) => cursorIn(marked)?.isBehind),
      [true, true, false, false, false, false],
    );
  });

  it('is nowhere in a comment, nor between a name and its colon', () => {
    for (const marked of ['{ // c|\n}', '{ /* | */ }', '{ "a": /* | */ 1 }', '{ /*|', '{ "name" | }'])
      assert.equal(cursorIn(marked), undefined, marked);
    assert.notEqual(cursorIn('{ /* c */| }'), undefined);
  });

  it('is nowhere outside of a definition', () => {
    assert.equal(cursorIn('|'), undefined);
    assert.equal(cursorIn('{ "name": "a" }\n|'), undefined);
  });
});
