import assert from 'node:assert/strict';
import { Failure, isAbort, toFailure } from '../../../src/core/failure.ts';

interface FailureModule {
  readonly Failure: typeof Failure;
}

/** The module once more, as another bundle has it. */
async function copy(): Promise<FailureModule> {
  const specifier = '../../../src/core/failure.ts?copy';
  return (await import(specifier)) as FailureModule;
}

describe('Failure', () => {
  it('is recognized when another bundle threw it', async () => {
    const { Failure: Other } = await copy();
    assert.notEqual(Other, Failure);
    const thrown = new Other('image-not-found', 'Gone.', { status: 404, requestId: 'req-1', next: 'Refresh.' });
    assert.ok(thrown instanceof Failure);
    assert.ok(Failure.is(thrown, 'image-not-found'));
    assert.ok(!Failure.is(thrown, 'conflict'));
    assert.equal(toFailure(thrown), thrown);
    assert.equal(toFailure(thrown).explain(), 'Gone. (HTTP 404, req-1) Refresh.');
    assert.ok(isAbort(new Other('cancelled', 'Cancelled.')));
  });

  it('is not any other error, whatever its code', () => {
    const other = Object.assign(new Error('no'), { code: 'ENOENT' });
    assert.ok(!(other instanceof Failure));
    assert.ok(!Failure.is(Object.assign({ code: 'x' })));
    assert.equal(toFailure(other).code, 'unexpected');
    assert.equal(toFailure('text').message, 'text');
  });
});
