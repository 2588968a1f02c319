import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/platform/markdown.ts';

describe('escapeMarkdown', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['<b>bold</b>', '&lt;b&gt;bold&lt;/b&gt;'],
    ['[text](command:evil)', '\\[text\\]\\(command\\:evil\\)'],
    ['a|b', 'a\\|b'],
    ['line\nnext', 'line next'],
    ['$(trash)', '\\$\\(trash\\)'],
    ['&lt;', '&amp;lt;'],
    ['Ubuntu 24', 'Ubuntu 24'],
  ];
  for (const [text, expected] of cases) {
    it(`shows ${JSON.stringify(text)} as it is`, () => assert.equal(escapeMarkdown(text), expected));
  }
});
