import assert from 'node:assert/strict';
import { previewSides } from '../../../../src/features/plan/preview-text.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

const NOTHING = { size: null, md5: null, multihash: null };

describe('the preview of one plan', () => {
  const plan = planOf(definitionOf({ name: 'one' }), { action: 'create', bytesToSend: 1024 });
  const result = { plan, status: 'done', verified: NOTHING, digests: [], bytesSent: 0 } as const;

  it('says how many bytes a create sends, and from where', () => {
    const { left, right } = previewSides({ plan });
    assert.match(left, /There is no image yet/);
    assert.match(right, /1024 bytes \(1 KiB\) to send from/);
  });

  it('shows no difference after the apply, and says that it is out of date', () => {
    const { left, right } = previewSides({ plan, result });
    assert.equal(left, right);
    assert.match(left, /^\/\/ Applied\. This preview is out of date/);
    assert.doesNotMatch(left, /no image yet/);
  });

  it('says what became of the image where the apply failed or somebody changed it', () => {
    assert.match(previewSides({ plan, result: { ...result, status: 'failed' } }).left, /^\/\/ Apply failed\./);
    assert.match(previewSides({ plan, since: 'rolled back' }).right, /^\/\/ Rolled back\./);
    assert.match(previewSides({ plan, result, since: 'deleted' }).right, /^\/\/ Image deleted/);
  });
});
