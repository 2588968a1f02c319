import assert from 'node:assert/strict';
import { currentTransfers, overallPercent } from '../../../../src/state/transfers/overall-percent.ts';
import { TransferStore } from '../../../../src/state/transfers/transfers.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import { StoppedClock } from '../../state/stopped-clock.ts';

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
