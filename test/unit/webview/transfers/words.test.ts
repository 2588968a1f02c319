import assert from 'node:assert/strict';
import { readPageState } from '../../../../src/webview/transfers/page-state.ts';
import { announcement } from '../../../../src/webview/transfers/announcer.ts';
import { actionName, algorithmName, duration } from '../../../../src/webview/transfers/words.ts';
import { differingTransfer, sampleTransfer } from './sample-transfers.ts';

describe('the words of the transfers page', () => {
  it('say durations as people do', () => {
    assert.deepEqual([300, 1000, 59_400, 60_000, 200_000, 3_600_000, 7_500_000].map(duration), [
      'less than a second',
      '1 s',
      '59 s',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
    ]);
  });

  it('spell algorithms and actions as people do, and unknown ones as they are', () => {
    assert.deepEqual(['md5', 'sha512', 'SHA-256', 'blake2b'].map(algorithmName), [
      'MD5',
      'SHA-512',
      'SHA-256',
      'BLAKE2B',
    ]);
    assert.deepEqual(['replace', 'constructor'].map(actionName), ['Replace', 'constructor']);
  });

  it('announce an upload by quarters, and an end with its reason', () => {
    const at = (share: number): string => announcement(sampleTransfer({ sent: share * 1024 ** 3 }));
    assert.equal(at(0.26), at(0.49));
    assert.notEqual(at(0.49), at(0.5));
    assert.match(
      announcement(differingTransfer()),
      /^Ubuntu 24.04 in devcloud\/RegionOne: Failed\. The data that RegionOne stored/,
    );
  });
});

describe('the state of the transfers page', () => {
  it('is read whatever was kept', () => {
    assert.deepEqual(readPageState(undefined), { expanded: {}, scroll: 0 });
    assert.deepEqual(readPageState({ expanded: { a: true, b: 'yes' }, scroll: -4 }), {
      expanded: { a: true },
      scroll: 0,
    });
    assert.deepEqual(readPageState({ expanded: 7, scroll: 120 }), { expanded: {}, scroll: 120 });
  });
});
