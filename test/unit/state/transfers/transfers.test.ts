import assert from 'node:assert/strict';
import type { Plan, Action } from '../../../../src/core/reconcile/model/plan.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { TransferStore } from '../../../../src/state/transfers/transfers.ts';
import type { TransferChange } from '../../../../src/state/transfers/transfers.ts';
import type { Transfer } from '../../../../src/webview/transfers/protocol.ts';
import { liveImage, placeNamed } from '../live-image.ts';
import { StoppedClock } from '../stopped-clock.ts';
import type { ApplyEvent, ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const file = '/project/a.image.jsonc';
const text = `{ "name": "Ubuntu", "key": "lts", "container_format": "bare", "disk_format": "raw", "local_file_path": "a.raw" }`;

function planned(id: string, action: Action = 'create', bytesToSend = 1000): Plan {
  const [definition] = parseDefinitions(text, file).definitions;
  assert.ok(definition);
  return {
    id,
    definition,
    place: placeNamed('RegionOne'),
    cloudChosenBy: 'the only cloud',
    action,
    imageId: `image-of-${id}`,
    changes: [],
    bytes: 'none',
    bytesToSend,
    problems: [],
    fingerprint: '',
    unmanaged: [],
  };
}

function resultEvent(plan: Plan, changes: Partial<ApplyResult> = {}): ApplyEvent {
  const result: ApplyResult = {
    plan,
    status: 'done',
    imageId: 'made',
    verified: { size: true, md5: true, multihash: true },
    digests: [{ algorithm: 'md5', here: 'aa', cloud: 'aa' }],
    bytesSent: plan.bytesToSend,
    ...changes,
  };
  return { type: 'result', plan: plan.id, result };
}

describe('transfers', () => {
  let clock: StoppedClock;
  let store: TransferStore;

  beforeEach(() => {
    clock = new StoppedClock();
    store = new TransferStore({ clock });
  });

  function only(of = store): Transfer {
    const [transfer, ...others] = of.all();
    assert.ok(transfer);
    assert.equal(others.length, 0);
    return transfer;
  }

  it('begin waiting, with the phases of their action', () => {
    store.begin([planned('p', 'replace')]);
    const transfer = only();
    assert.equal(transfer.status, 'running');
    assert.equal(transfer.phase, 'waiting');
    assert.deepEqual(transfer.phases, ['staging', 'uploading', 'verifying', 'publishing', 'retiring']);
    assert.deepEqual([transfer.file, transfer.key, transfer.index], [file, 'lts', 0]);
    assert.deepEqual([transfer.cloud, transfer.region], ['demo', 'RegionOne']);
  });

  it('have Glance’s task and the time instead of bytes where Glance fetches the source itself', () => {
    const fetched = text.replace(
      '"local_file_path": "a.raw"',
      '"image_source_url": "https://x/a", "web_download": true',
    );
    const [definition] = parseDefinitions(fetched, file).definitions;
    assert.ok(definition);
    store.begin([{ ...planned('p', 'create', 0), definition }]);
    assert.deepEqual(only().phases, ['staging', 'importing', 'verifying', 'publishing']);
    store.record({ type: 'phase', plan: 'p', phase: 'importing', imageId: 'made' });
    store.record({ type: 'importing', plan: 'p', task: { status: 'processing', message: '' }, elapsed: 3000 });
    assert.deepEqual(only().task, { status: 'processing', message: '', elapsed: 3000 });
    store.record({ type: 'importing', plan: 'p', task: undefined, elapsed: 4000 });
    assert.deepEqual(only().task, { status: '', message: '', elapsed: 4000 });
    assert.deepEqual([only().sent, only().total, only().throughput], [0, 0, []]);
  });

  it('follow an apply from its first phase to its result', () => {
    const plan = planned('p');
    store.begin([plan]);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading', imageId: 'made' });
    store.record({ type: 'progress', plan: 'p', sent: 400, total: 1000 });
    assert.deepEqual([only().phase, only().sent, only().total, only().imageId], ['uploading', 400, 1000, 'made']);
    clock.pass(2500);
    store.record(resultEvent(plan, { live: liveImage('made', 'Ubuntu', { size: 1000 }) }));
    const { status, sent, cloudSize, startedAt, endedAt, digests } = only();
    assert.deepEqual([status, sent, cloudSize], ['done', 1000, 1000]);
    assert.equal(Number(endedAt) - startedAt, 2500);
    assert.deepEqual(digests, [{ algorithm: 'md5', here: 'aa', cloud: 'aa' }]);
    assert.equal(store.running().length, 0);
  });

  it('keep the reason of a failure with its request id, and the digests that were known', () => {
    const plan = planned('p');
    store.begin([plan]);
    store.record({ type: 'digests', plan: 'p', digests: [{ algorithm: 'md5', here: 'aa', cloud: null }] });
    const error = { code: 'quota-exceeded', message: 'Full.', next: 'Ask.', status: 413, requestId: 'req-1' } as const;
    store.record(resultEvent(plan, { status: 'failed', error, digests: [], bytesSent: 10 }));
    assert.deepEqual(only().error, error);
    assert.deepEqual(only().digests, [{ algorithm: 'md5', here: 'aa', cloud: null }]);
  });

  it('become what a new plan says', () => {
    store.begin([planned('p', 'create')]);
    store.record({ type: 'replanned', plan: 'p', next: planned('p', 'update', 0) });
    assert.deepEqual([only().action, only().phases, only().total], ['update', ['updating'], 0]);
  });

  it('ignore events of a plan that is none of theirs, and after the result', () => {
    const plan = planned('p');
    store.begin([plan]);
    store.record({ type: 'phase', plan: 'other', phase: 'uploading' });
    store.record(resultEvent(plan));
    store.record({ type: 'progress', plan: 'p', sent: 1, total: 1000 });
    assert.equal(only().sent, 1000);
  });

  it('measure their speed once a second while bytes move, and 0 where they stall', () => {
    store.begin([planned('p')]);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
    store.record({ type: 'progress', plan: 'p', sent: 300, total: 1000 });
    clock.pass(1000);
    store.record({ type: 'progress', plan: 'p', sent: 800, total: 1000 });
    clock.pass(2000);
    assert.deepEqual(only().throughput, [300, 500, 0]);
    store.record({ type: 'phase', plan: 'p', phase: 'verifying' });
    clock.pass(3000);
    assert.deepEqual(only().throughput, [300, 500, 0]);
  });

  it('say why their bytes are sent again, until they are', () => {
    store.begin([planned('p')]);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading', imageId: 'made' });
    store.record({ type: 'lost', plan: 'p' });
    assert.equal(only().retrying, 'connection lost, retrying');
    store.record({ type: 'lost', plan: 'p', status: 503 });
    assert.equal(only().retrying, 'HTTP 503, retrying');
    store.record({ type: 'phase', plan: 'p', phase: 'uploading', imageId: 'made' });
    assert.equal(only().retrying, undefined);
  });

  it('count from 0 again when the bytes are sent a second time', () => {
    store.begin([planned('p')]);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
    store.record({ type: 'progress', plan: 'p', sent: 900, total: 1000 });
    clock.pass(1000);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
    assert.equal(only().sent, 0);
    store.record({ type: 'progress', plan: 'p', sent: 100, total: 1000 });
    clock.pass(1000);
    assert.deepEqual(only().throughput, [900, 100]);
  });

  it('keep two minutes of samples', () => {
    store.begin([planned('p', 'create', 1e6)]);
    store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
    for (let second = 1; second <= 130; second += 1) {
      store.record({ type: 'progress', plan: 'p', sent: second * second, total: 1e6 });
      clock.pass(1000);
    }
    assert.equal(only().throughput.length, 120);
    assert.equal(only().throughput.at(-1), 130 ** 2 - 129 ** 2);
  });

  it('leave no timer behind when nothing runs', () => {
    const plan = planned('p');
    store.begin([plan]);
    store.record(resultEvent(plan));
    clock.pass(5000);
    assert.equal(clock.pending, 0);
  });

  describe('changes', () => {
    let changes: TransferChange[];

    beforeEach(() => {
      changes = [];
      store.onDidChange((change) => changes.push(change));
    });

    function lastSent(): number | undefined {
      const last = changes.at(-1);
      return last?.type === 'changed' ? last.transfer.sent : undefined;
    }

    it('are told at most five times a second, and the last one always', () => {
      store.begin([planned('p', 'create', 1e6)]);
      store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
      clock.pass(200);
      changes = [];
      for (let sent = 1; sent <= 1000; sent += 1) {
        store.record({ type: 'progress', plan: 'p', sent, total: 1e6 });
        clock.pass(1);
      }
      assert.ok(changes.length <= 6, `${changes.length} changes in a second`);
      clock.pass(200);
      assert.equal(lastSent(), 1000);
    });

    it('of one transfer do not hold back those of another', () => {
      store.begin([planned('p'), planned('q')]);
      assert.deepEqual(
        changes.map((change) => (change.type === 'changed' ? change.transfer.id : change.type)),
        ['p', 'q'],
      );
    });

    it('say what was cleared, and nothing of it afterwards', () => {
      const plan = planned('p');
      store.begin([plan, planned('q')]);
      store.record(resultEvent(plan));
      store.clearFinished();
      assert.deepEqual(changes.at(-1), { type: 'removed', id: 'p' });
      clock.pass(200);
      const after = changes.slice(changes.findIndex(({ type }) => type === 'removed') + 1);
      assert.ok(after.every((change) => change.type === 'changed' && change.transfer.id === 'q'));
      assert.deepEqual(
        store.all().map(({ id }) => id),
        ['q'],
      );
    });
  });

  it('that are being cancelled say so until they end', () => {
    const plan = planned('p');
    store.begin([plan]);
    store.cancelling(['p', 'unknown']);
    assert.equal(only().cancelling, true);
    store.record(resultEvent(plan, { status: 'cancelled' }));
    assert.deepEqual([only().status, only().cancelling], ['cancelled', false]);
    store.cancelling(['p']);
    assert.equal(only().cancelling, false);
  });

  describe('that are kept', () => {
    let kept: unknown;
    let savedAt: number;
    let open: boolean;
    const persistence = {
      load: () => (kept === undefined ? [] : [{ transfers: kept, savedAt, open }]),
      save: (transfers: readonly Transfer[]): void => {
        kept = JSON.parse(JSON.stringify(transfers));
        savedAt = clock.now();
      },
    };
    const inAnotherWindow = {
      load: persistence.load,
      save: (transfers: readonly Transfer[]): void => void (keptThere = transfers),
    };
    let keptThere: readonly Transfer[];

    beforeEach(() => {
      kept = undefined;
      open = false;
      keptThere = [];
      store = new TransferStore({ clock, persistence });
    });

    it('are the same in the next window', () => {
      const plan = planned('p');
      store.begin([plan]);
      store.record(resultEvent(plan));
      assert.deepEqual(new TransferStore({ clock, persistence }).all(), store.all());
    });

    it('are interrupted at their last bytes if their window went away', () => {
      store.begin([planned('p')]);
      store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
      store.record({ type: 'progress', plan: 'p', sent: 640, total: 1000 });
      store.cancelling(['p']);
      store.dispose();
      clock.pass(3 * 24 * 3600 * 1000);
      const { status, sent, endedAt, cancelling } = only(new TransferStore({ clock, persistence }));
      assert.deepEqual([status, sent, endedAt, cancelling], ['interrupted', 640, savedAt, false]);
    });

    it('are followed in another window until they end, and are not its own', () => {
      const plan = planned('p');
      open = true;
      store.begin([plan]);
      store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
      const other = new TransferStore({ clock, persistence: inAnotherWindow });
      assert.deepEqual([only(other).status, only(other).elsewhere], ['running', true]);
      store.record({ type: 'progress', plan: 'p', sent: 640, total: 1000 });
      clock.pass(3000);
      assert.deepEqual([only(other).sent, only(other).elsewhere], [640, true]);
      other.begin([planned('q')]);
      assert.deepEqual(
        keptThere.map(({ id }) => id),
        ['q'],
      );
      other.record(resultEvent(planned('q')));
      other.clearFinished();
      store.record(resultEvent(plan));
      clock.pass(1000);
      assert.deepEqual([only(other).status, only(other).elsewhere], ['done', undefined]);
      clock.pass(5000);
      assert.equal(clock.pending, 0);
    });

    it('are interrupted once the other window is gone, and gone where it forgot them', () => {
      open = true;
      store.begin([planned('p'), planned('q')]);
      const other = new TransferStore({ clock, persistence: inAnotherWindow });
      store.dispose();
      const at = savedAt;
      kept = (kept as readonly Transfer[]).filter(({ id }) => id === 'p');
      open = false;
      clock.pass(1000);
      assert.deepEqual([only(other).status, only(other).endedAt], ['interrupted', at]);
    });

    it('are once what two windows kept of them, as they ended', () => {
      store.begin([planned('p')]);
      const running = kept;
      store.record(resultEvent(planned('p')));
      const both = {
        load: () => [running, kept, running].map((transfers) => ({ transfers, savedAt, open: false })),
        save: () => undefined,
      };
      assert.equal(only(new TransferStore({ clock, persistence: both })).status, 'done');
    });

    it('lose at most two seconds of bytes if their window crashed', () => {
      store.begin([planned('p')]);
      store.record({ type: 'phase', plan: 'p', phase: 'uploading' });
      store.record({ type: 'progress', plan: 'p', sent: 640, total: 1000 });
      clock.pass(2000);
      assert.equal(only(new TransferStore({ clock, persistence })).sent, 640);
    });

    it('are at most a hundred besides the running ones, the oldest going first', () => {
      store.begin([planned('runs')]);
      for (let each = 0; each < 105; each += 1) {
        const plan = planned(`p${each}`);
        store.begin([plan]);
        clock.pass(10);
        store.record(resultEvent(plan));
      }
      const idsOf = (of: TransferStore): readonly string[] => of.all().map(({ id }) => id);
      assert.deepEqual([idsOf(store).length, ...idsOf(store).slice(0, 2)], [101, 'runs', 'p5']);
      const next = idsOf(new TransferStore({ clock, persistence }));
      assert.deepEqual([next.length, ...next.slice(0, 2)], [100, 'runs', 'p6'], 'what ran was interrupted last');
    });

    it('are left out where they are no transfers, and mended where they are of another version', () => {
      store.begin([planned('p')]);
      const [good] = kept as readonly object[];
      kept = [
        null,
        'x',
        { id: 'half' },
        { ...good, status: 'unheard of' },
        { ...good, digests: [1], throughput: 'fast' },
      ];
      const { id, digests, throughput } = only(new TransferStore({ clock, persistence }));
      assert.deepEqual([id, digests, throughput], ['p', [], []]);
      kept = { not: 'a list' };
      assert.deepEqual(new TransferStore({ clock, persistence }).all(), []);
    });
  });

  describe('of a download', () => {
    const image = liveImage('3d5b1a1e-7a4c-4bd3-9c60-0d1f0a2f0001', 'Ubuntu', { size: 1000, status: 'active' });
    const download = { id: 'd', place: placeNamed('RegionOne'), image, path: '/downloads' };

    it('counts what is here, and no speed for what was here before', () => {
      store.beginDownload(download);
      store.received('d', 600);
      clock.pass(1000);
      store.received('d', 700);
      clock.pass(1000);
      assert.deepEqual([only().sent, only().total, only().phase], [700, 1000, 'downloading']);
      assert.deepEqual(only().throughput, [0, 100]);
      store.received('d', 1000);
      assert.equal(only().phase, 'verifying');
    });

    it('ends with the file and both digests, or with what went wrong', () => {
      store.beginDownload(download);
      const verified = { size: true, md5: true, multihash: true };
      const digests = [{ algorithm: 'md5', here: 'aa', cloud: 'aa' }];
      const path = '/downloads/Ubuntu.raw';
      store.endDownload('d', { path, image, size: 1000, resumedFrom: 0, verdict: 'verified', verified, digests });
      assert.deepEqual([only().status, only().file, only().digests], ['done', path, digests]);
      store.received('d', 5);
      assert.equal(only().sent, 1000);
      store.clearFinished();
      store.beginDownload(download);
      store.endDownload('d', new Failure('disk-full', 'There is no room.', { next: 'Make room.' }));
      assert.deepEqual([only().status, only().error?.code, only().error?.next], ['failed', 'disk-full', 'Make room.']);
    });

    it('is interrupted where its window goes away', () => {
      let kept: readonly Transfer[] = [];
      const persistence = {
        load: () => [{ transfers: kept, savedAt: clock.now(), open: false }],
        save: (transfers: readonly Transfer[]) => (kept = transfers),
      };
      const first = new TransferStore({ clock, persistence });
      first.beginDownload(download);
      first.received('d', 400);
      first.dispose();
      const after = only(new TransferStore({ clock, persistence }));
      assert.deepEqual([after.status, after.sent, after.action], ['interrupted', 400, 'download']);
    });
  });
});
