import assert from 'node:assert/strict';
import { abbreviated } from '../../../src/core/quote.ts';

describe('a very long value', () => {
  it('is shown by its beginning and its length, in whole characters', () => {
    const value = `${'x'.repeat(1999)}😀${'y'.repeat(10_000_000)}`;
    assert.equal(abbreviated(value), `${'x'.repeat(1999)}… (10002001 characters)`);
    assert.equal(abbreviated('x'.repeat(2000)), 'x'.repeat(2000));
  });
});
