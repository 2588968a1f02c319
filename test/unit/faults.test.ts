import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the faults of the catalogue', () => {
  const rows = [...read('test/FAULTS.md').matchAll(/^\| (\d+) \| ([^|]+) \| (.*) \| (.*) \|$/gm)];

  it('are all in the list, in their order', () => {
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      Array.from({ length: 88 }, (_, index) => index + 1),
    );
  });

  for (const [, number = '', fault = '', tests = '', missing = ''] of rows) {
    it(`${number}, ${fault.trim()}: is met by tests that are there, or can’t be made`, () => {
      if (tests.trim() === '') {
        assert.match(missing, /^can't be made: /);
        return;
      }
      // Titles may hold what looks like the end of one, so each reaches to the next file.
      for (const named of tests.split(/; (?=`test\/)/)) {
        const [, file, title] = /^`(test\/[^`]+\.test\.ts)` (.+)$/.exec(named.trim()) ?? [];
        assert.ok(file !== undefined && title !== undefined, `"${named}" names no test`);
        const text = read(file);
        const titles = [...text.matchAll(/\b(?:it|describe)\(\s*(['"`])(.*?)\1,/g)].map(([, , each]) => each ?? '');
        assert.ok(
          titles.some((each) => each.includes(title)),
          `${file} has no "${title}"`,
        );
      }
    });
  }
});
