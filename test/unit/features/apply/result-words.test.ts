import assert from 'node:assert/strict';
import { outcomeInWords } from '../../../../src/features/apply/result-words.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import type { ApplyError, ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const unknown = { size: null, md5: null, multihash: null };
const failed = (error: ApplyError): ApplyResult => ({
  plan: planOf(definitionOf({ name: 'Debian 13' })),
  status: 'failed',
  verified: unknown,
  digests: [],
  bytesSent: 0,
  error,
});

describe('the notification that an apply ends with', () => {
  it('names a failed image, its region and why, once each and in one sentence', () => {
    const named = failed({
      code: 'quota-exceeded',
      message: 'Creating the image "Debian 13" failed: quota exceeded. Nothing was created or changed.',
      next: 'Ask for more.',
      status: 413,
      requestId: 'req-1',
    });
    const { severity, message } = outcomeInWords([named], []);
    assert.equal(severity, 'error');
    assert.equal(message, 'demo/RegionOne: Creating the image "Debian 13" failed: quota exceeded.');
    const other = outcomeInWords([failed({ code: 'timeout', message: 'cloud:5000 did not answer in time.' })], []);
    assert.equal(other.message, '"Debian 13" in demo/RegionOne failed: cloud:5000 did not answer in time.');
  });

  it('is about the gravest, and counts the others', () => {
    const failure = failed({ code: 'timeout', message: 'No answer came.' });
    const { error: _none, ...rest } = failure;
    const verified: ApplyResult = { ...rest, status: 'done', bytesSent: 7 };
    const cancelled: ApplyResult = { ...failure, status: 'cancelled' };
    assert.equal(
      outcomeInWords([verified, failure, failure, verified, cancelled], [failure.plan]).message,
      '"Debian 13" in demo/RegionOne failed: No answer came. (1 more failed, 1 blocked, 1 cancelled, 2 verified)',
    );
    assert.deepEqual(outcomeInWords([verified], []), {
      severity: 'information',
      message: 'Applied and verified: "Debian 13" (demo/RegionOne).',
    });
  });

  it('says of a cancelled import that it goes on', () => {
    const goesOn = "Cancelled. An import can't be cancelled: Glance keeps filling the hidden image x. Delete it.";
    const cancelled: ApplyResult = {
      ...failed({ code: 'cancelled', message: goesOn }),
      status: 'cancelled',
      left: { kind: 'filling', id: 'x' },
    };
    assert.deepEqual(outcomeInWords([cancelled], []), {
      severity: 'warning',
      message: "An import can't be cancelled: Glance keeps filling the hidden image x.",
    });
  });
});
