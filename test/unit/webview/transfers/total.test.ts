import assert from 'node:assert/strict';
import { totalOf } from '../../../../src/webview/transfers/total-words.ts';
import { currentTransfers, overallPercent } from '../../../../src/webview/transfers/total.ts';
import { TransferStore } from '../../../../src/state/transfers/transfers.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import { StoppedClock } from '../../state/stopped-clock.ts';
import { sampleTransfer, verifiedTransfer } from './sample-transfers.ts';

const VERIFIED = { size: true, md5: true, multihash: true };

describe('the share of the transfers that are under way', () => {
  it('does not fall when one of them ends', () => {
    const clock = new StoppedClock();
    const store = new TransferStore({ clock });
    const plans = ['RegionOne', 'RegionTwo'].map((region) =>
      planOf(definitionOf(), { action: 'create', place: placeNamed(region), bytesToSend: 100 }),
    );
    store.begin(plans);
    const [one, two] = plans;
    assert.ok(one && two);
    for (const { id } of plans) store.record({ type: 'phase', plan: id, phase: 'uploading' });
    store.record({ type: 'progress', plan: one.id, sent: 100, total: 100 });
    store.record({ type: 'progress', plan: two.id, sent: 20, total: 100 });
    assert.equal(overallPercent(currentTransfers(store.all())), 60);
    clock.pass(1000);
    const result = { plan: one, status: 'done', verified: VERIFIED, digests: [], bytesSent: 100 } as const;
    store.record({ type: 'result', plan: one.id, result });
    assert.equal(overallPercent(currentTransfers(store.all())), 60);
  });

  it('leaves out what ended before the first of them began', () => {
    const clock = new StoppedClock();
    const store = new TransferStore({ clock });
    const [earlier, later] = [1, 2].map(() => planOf(definitionOf(), { action: 'create', bytesToSend: 100 }));
    assert.ok(earlier && later);
    store.begin([earlier]);
    const result = { plan: earlier, status: 'done', verified: VERIFIED, digests: [], bytesSent: 100 } as const;
    store.record({ type: 'result', plan: earlier.id, result });
    clock.pass(1000);
    store.begin([later]);
    assert.equal(overallPercent(currentTransfers(store.all())), 0);
  });
});

describe('the total of running transfers', () => {
  const GIB = 1024 ** 3;

  it('adds their bytes, with those that ended meanwhile, their speeds, and says how long they take together', () => {
    const begun = sampleTransfer().startedAt;
    const transfers = [
      sampleTransfer({ id: 'a', sent: 0.5 * GIB, throughput: [50 * 1024 ** 2] }),
      sampleTransfer({ id: 'b', sent: 0, phase: 'waiting', throughput: [] }),
      verifiedTransfer({ id: 'c', endedAt: begun + 1000 }),
      verifiedTransfer({ id: 'before', endedAt: begun - 1000 }),
    ];
    assert.deepEqual(totalOf(transfers), {
      text: '2 running · 1.5 GiB of 3 GiB, 50% · 50 MiB/s, about 31 s left',
      percent: 50,
    });
  });

  it('is absent for one, and has no bytes where none move', () => {
    assert.equal(totalOf([sampleTransfer(), verifiedTransfer({ id: 'b' })]), undefined);
    const update = sampleTransfer({ action: 'update', phases: ['updating'], phase: 'updating', total: 0, sent: 0 });
    assert.deepEqual(totalOf([update, { ...update, id: 'b' }]), { text: '2 running' });
  });
});
