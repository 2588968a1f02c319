import assert from 'node:assert/strict';
import { comparisons, verdict } from '../../../../src/webview/transfers/verdict.ts';
import { differingTransfer, sampleTransfer, verifiedTransfer } from './sample-transfers.ts';

const here = 'D41D8CD98F00B204E9800998ECF8427E';

describe('the comparison of bytes', () => {
  it('sets size and digests side by side, with a verdict of each in words', () => {
    assert.deepEqual(
      comparisons(verifiedTransfer()).map((row) => [row.name, row.verdict]),
      [
        ['Size', 'Match'],
        ['MD5', 'Match'],
        ['SHA-512', 'Match'],
      ],
    );
    const [size] = comparisons(verifiedTransfer());
    assert.deepEqual([size?.here, size?.cloud], ['1,073,741,824 bytes', '1,073,741,824 bytes']);
  });

  it('says that the digests are computed while the bytes are sent', () => {
    assert.deepEqual(
      comparisons(sampleTransfer()).map((row) => [row.name, row.here, row.verdict]),
      [
        ['Size', '1,073,741,824 bytes', 'Pending'],
        ['MD5', 'computing…', 'Pending'],
        ['SHA-512', 'computing…', 'Pending'],
      ],
    );
  });

  it('calls digests equal whatever their case', () => {
    const digests = [{ algorithm: 'md5', here, cloud: here.toLowerCase() }];
    assert.equal(comparisons(verifiedTransfer({ digests }))[1]?.verdict, 'Match');
  });

  it('says of a digest that nobody had to compute that the cloud reports it', () => {
    const digests = [{ algorithm: 'md5', here: null, cloud: here }];
    const row = comparisons(verifiedTransfer({ digests, verified: { size: true, md5: null, multihash: true } }))[1];
    assert.deepEqual([row?.here, row?.verdict, row?.tone], ['not needed', 'Reported for proven bytes', 'neutral']);
  });

  it('never calls equal what could not be compared', () => {
    const digests = [{ algorithm: 'md5', here, cloud: null }];
    const verified = { size: null, md5: null, multihash: null };
    const ended = comparisons(verifiedTransfer({ status: 'unverified', digests, verified, cloudSize: null }));
    assert.deepEqual(
      ended.map((row) => [row.name, row.cloud, row.verdict]),
      [
        ['Size', 'unknown', 'Not verified'],
        ['MD5', 'not reported', 'Not verified'],
      ],
    );
    const running = comparisons(sampleTransfer({ digests }));
    assert.deepEqual(
      running.map((row) => row.verdict),
      ['Pending', 'Pending'],
    );
  });

  it('is absent where there is nothing to compare, as of an upload that was cancelled', () => {
    const digests = [{ algorithm: 'md5', here: null, cloud: null }];
    assert.deepEqual(comparisons(sampleTransfer({ status: 'cancelled', digests })), []);
    assert.deepEqual(comparisons(sampleTransfer({ phase: 'staging' })), []);
  });

  it('copies one digest where there is one, and both where they differ', () => {
    assert.equal(comparisons(verifiedTransfer())[1]?.copy, verifiedTransfer().digests[0]?.here);
    assert.match(comparisons(differingTransfer())[1]?.copy ?? '', /^md5 here [0-9a-f]+\nmd5 cloud [0-9a-f]+$/);
  });
});

describe('the verdict', () => {
  it('names what agrees', () => {
    assert.deepEqual(verdict(verifiedTransfer()), {
      tone: 'good',
      text: 'Verified: size, MD5 and SHA-512 match what the cloud reports.',
    });
  });

  it('names what a cloud does not report', () => {
    const { digests } = verifiedTransfer();
    const withoutMd5 = digests.map((digest) => (digest.algorithm === 'md5' ? { ...digest, cloud: null } : digest));
    const verified = { size: true, md5: null, multihash: true };
    assert.equal(
      verdict(verifiedTransfer({ digests: withoutMd5, verified }))?.text,
      'Verified: size and SHA-512 match what the cloud reports. MD5 could not be compared.',
    );
  });

  it('says what differs, also of a transfer that claims to be done', () => {
    assert.equal(verdict(differingTransfer())?.tone, 'bad');
    assert.match(verdict(differingTransfer({ status: 'done' }))?.text ?? '', /^Mismatch: MD5 and SHA-512/);
  });

  it('is "not verified" where nothing was proven, and absent where there is nothing to say', () => {
    const digests = [{ algorithm: 'md5', here, cloud: null }];
    const verified = { size: true, md5: null, multihash: null };
    assert.match(verdict(verifiedTransfer({ status: 'unverified', digests, verified }))?.text ?? '', /^Not verified\./);
    assert.equal(verdict(sampleTransfer()), undefined);
    assert.equal(verdict(sampleTransfer({ status: 'done', total: 0, phases: ['updating'] })), undefined);
  });
});
