import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('what users of other tools complained of', () => {
  it('is met by tests that are there', () => {
    const rows = [...read('test/contract/PEERS.md').matchAll(/^\| (\d+) \| \[.*\]\(https:.*\) \| (.*) \|$/gm)];
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    for (const [, number, tests = ''] of rows) {
      const named = [...tests.matchAll(/`([^`]+\.test\.ts)` ([^;|]+?)(?:\. `|;|$)/g)];
      assert.ok(named.length > 0, `${String(number)} has no test`);
      for (const [, file = '', title = ''] of named)
        assert.ok(read(file).includes(title.trim()), `${String(number)}: ${file} has no "${title.trim()}"`);
    }
  });
});
