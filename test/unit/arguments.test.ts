import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARGUMENTS } from '../../src/core/definition/arguments.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The tests that a cell names, each by its file. A title may hold a semicolon: only the next file ends it. */
function testsOf(cell: string): readonly (readonly [file: string, title: string])[] {
  return cell.split(/; (?=`test\/)/).map((test) => {
    const [, file = '', title = ''] = /^`(test\/contract\/[^`]+\.test\.ts)` (.+)$/.exec(test) ?? [];
    return [file, title.trim()];
  });
}

describe('what proves each argument', () => {
  const rows = [...read('test/contract/ARGUMENTS.md').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];

  it('has a row for every argument, in their order', () => {
    assert.deepEqual(
      rows.map(([, argument]) => argument),
      ARGUMENTS.map(({ name }) => name),
    );
  });

  it('names tests that run on both clouds and are there', () => {
    for (const [, argument = '', cell = ''] of rows) {
      for (const [file, title] of testsOf(cell)) {
        assert.ok(title !== '', `${argument}: "${cell}" names no contract test`);
        const quoted = ["'", '`', '"'].map((quote) => `${quote}${title}${quote}`);
        const text = read(file);
        assert.ok(
          quoted.some((each) => text.includes(each)),
          `${argument}: ${file} has no test "${title}"`,
        );
        assert.ok(text.includes('cloudUnderTest'), `${argument}: ${file} does not run on the cloud under test`);
      }
    }
  });
});
