import assert from 'node:assert/strict';
import { inOneLine } from '../../../../src/platform/prompts/one-line.ts';

describe('a text in one line', () => {
  it('is its first sentence, and no address or number is taken for an end', () => {
    for (const [text, line] of [
      ['Not found. Check the id.', 'Not found.'],
      ['Glance 25.1 at https://a.example/v2. "Ubuntu" stays.', 'Glance 25.1 at https://a.example/v2.'],
      ['Ubuntu 24.04 is 1.5 GiB', 'Ubuntu 24.04 is 1.5 GiB'],
      ['One line\nand another', 'One line'],
    ] as const)
      assert.equal(inOneLine(text), line);
  });

  it('is cut where it is long', () => {
    assert.equal(inOneLine('x'.repeat(5000)).length, 241);
  });
});
