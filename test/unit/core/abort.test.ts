import assert from 'node:assert/strict';
import { onceAllAborted } from '../../../src/core/abort.ts';

describe('onceAllAborted', () => {
  it('fires with the last of several signals', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const all = onceAllAborted([one.signal, two.signal]);
    one.abort();
    assert.equal(all?.aborted, false);
    two.abort(new Error('the last'));
    assert.equal(all.aborted, true);
  });

  it('has fired where all of them had before', () => {
    assert.equal(onceAllAborted([AbortSignal.abort(), AbortSignal.abort()])?.aborted, true);
  });

  it('never fires for something that nobody can cancel', () => {
    assert.equal(onceAllAborted([AbortSignal.abort(), undefined]), undefined);
    assert.equal(onceAllAborted([]), undefined);
  });
});
