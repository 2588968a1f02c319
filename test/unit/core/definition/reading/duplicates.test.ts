import assert from 'node:assert/strict';
import { findDuplicates } from '../../../../../src/core/definition/reading/duplicates.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';

const ID = '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f';

/** Which of two files, each with one definition, have a problem. */
function between(first: object, second: object): string[] {
  const files = [first, second].map((members, index) => {
    const text = `\n${JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'raw', ...members })}`;
    return parseDefinitions(text, `/file${index}`);
  });
  return [...findDuplicates(files)].map(
    ([file, problems]) => `${file}: ${problems.map(({ code, line }) => `${code} ${line ?? '?'}`).join()}`,
  );
}

const BOTH = ['/file0: duplicate-definition 2', '/file1: duplicate-definition 2'];

describe('findDuplicates', () => {
  for (const [what, first, second, expected] of [
    ['one name', {}, {}, BOTH],
    ["a key that is the other's name", { key: 'x', name: 'b' }, { name: 'x' }, BOTH],
    ['one image_id under two keys', { key: 'x', image_id: ID }, { key: 'y', image_id: ID.toUpperCase() }, BOTH],
    ['one of several regions', { regions: ['One', 'Two'] }, { region: 'Two' }, BOTH],
    ['two names', {}, { name: 'b' }, []],
    ['two keys', { key: 'x' }, { key: 'y' }, []],
    ['two regions', { region: 'One' }, { region: 'Two' }, []],
    ['two clouds', { cloud: 'one' }, { cloud: 'two' }, []],
    ['a region that is named only once', { region: 'One' }, {}, []],
  ] as const) {
    it(`finds ${expected.length === 0 ? 'nothing' : 'a problem in both files'} for ${what}`, () => {
      assert.deepEqual(between(first, second), expected);
    });
  }

  it('names the other file', () => {
    const text = '{"name": "a", "container_format": "bare", "disk_format": "raw"}';
    const problems = findDuplicates([parseDefinitions(text, '/one'), parseDefinitions(text, '/two')]);
    assert.match(problems.get('/one')?.[0]?.message ?? '', /^\/two, line 1,/);
  });

  it('does not hold a file against itself', () => {
    const file = parseDefinitions('{"name": "a", "container_format": "bare", "disk_format": "raw"}', '/one');
    assert.equal(findDuplicates([file, file]).size, 0);
  });
});
