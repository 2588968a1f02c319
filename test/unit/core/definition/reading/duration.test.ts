import assert from 'node:assert/strict';
import { parseDuration } from '../../../../../src/core/definition/reading/duration.ts';

describe('parseDuration', () => {
  for (const [text, milliseconds] of [
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['90s', 90_000],
    ['500ms', 500],
    ['1m1ms', 60_001],
    ['9000h', 2 ** 31 - 1],
    ['', undefined],
    ['0s', undefined],
    ['m', undefined],
    ['30', undefined],
    ['-1m', undefined],
    ['1s1m', undefined],
    ['30m ', undefined],
  ] as const) {
    it(`takes ${JSON.stringify(text)} for ${String(milliseconds)} ms`, () =>
      assert.equal(parseDuration(text), milliseconds));
  }
});
