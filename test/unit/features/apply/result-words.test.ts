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
  it('names a failed image, its region and why, once each', () => {
    const named = failed({ code: 'quota-exceeded', message: 'Creating the image "Debian 13" failed: quota exceeded.' });
    const { severity, message } = outcomeInWords([named], []);
    assert.equal(severity, 'error');
    assert.equal(message, 'Creating the image "Debian 13" failed: quota exceeded. (region RegionOne)');
    const other = outcomeInWords([failed({ code: 'timeout', message: 'cloud:5000 did not answer in time.' })], []);
    assert.equal(other.message, '"Debian 13" failed: cloud:5000 did not answer in time. (region RegionOne)');
  });
});
