import assert from 'node:assert/strict';
import type { Transfer } from '../../../../src/webview/transfers/protocol.ts';
import { begunAgain, inOrder, viewOf } from '../../../../src/webview/transfers/view.ts';
import {
  differingTransfer,
  downloadingTransfer,
  sampleTransfer,
  sourceTransfer,
  verifiedTransfer,
} from './sample-transfers.ts';

const MIB = 1024 ** 2;

describe('the card of a transfer', () => {
  it('shows bytes of bytes, speed and time left while it uploads', () => {
    const view = viewOf(sampleTransfer({ sent: 512 * MIB, throughput: Array.from({ length: 9 }, () => 64 * MIB) }));
    assert.deepEqual(view.progress, { percent: 50, text: '512 MiB of 1 GiB, 50%' });
    assert.equal(view.pace, '64 MiB/s, about 8 s left');
    assert.equal(view.status, 'Uploading');
    assert.equal(view.what, 'Create in devcloud/RegionOne');
  });

  it('shows Glance’s task and the time while Glance fetches the source, for there are no bytes to count', () => {
    const phases = ['staging', 'importing', 'verifying', 'publishing'] as const;
    const importing = { phase: 'importing', phases, sent: 0, total: 0, throughput: [] } as const;
    const task = { status: 'processing', message: 'Copied 120 MiB', elapsed: 83_000 };
    const view = viewOf(sampleTransfer({ ...importing, task }));
    assert.equal(view.status, 'Glance fetches the source');
    assert.equal(view.pace, 'Glance task: processing, Copied 120 MiB, for 1 min 23 s');
    assert.deepEqual([view.progress, view.amount], [undefined, '']);
    assert.deepEqual(
      view.steps.map(({ name, words }) => [name, words]),
      [
        ['Stage', 'done'],
        ['Fetch by Glance', 'in progress'],
        ['Verify', 'pending'],
        ['Publish', 'pending'],
      ],
    );
    const unknown = viewOf(sampleTransfer({ ...importing, task: { status: '', message: '', elapsed: 2000 } }));
    assert.equal(unknown.pace, 'In progress, for 2 s');
  });

  it('shows bytes, speed and time left while the source is downloaded and decompressed too', () => {
    for (const phase of ['downloading', 'decompressing'] as const) {
      const view = viewOf(sourceTransfer({ phase, sent: 512 * MIB, throughput: [64 * MIB, 64 * MIB] }));
      assert.equal(view.amount, '512 MiB of 1 GiB, 50%');
      assert.equal(view.pace, '64 MiB/s, about 8 s left');
      assert.deepEqual(view.comparisons, [], 'nothing is sent yet');
    }
    const unknown = viewOf(sourceTransfer({ sent: 512 * MIB, total: 0, throughput: [64 * MIB] }));
    assert.deepEqual([unknown.amount, unknown.pace, unknown.progress], ['512 MiB so far', '64 MiB/s', undefined]);
  });

  it('shows text from outside without characters that turn its direction or break its line', () => {
    const error = { code: 'x', message: 'No "a\u202eb".', next: 'Try\u2028it', status: null, requestId: null };
    const view = viewOf(sampleTransfer({ name: 'a\u202eb\u0007', status: 'failed', error }));
    assert.deepEqual([view.name, view.error?.message, view.error?.next], ['a b ', 'No "a b".', 'Try it']);
    assert.equal(viewOf(sampleTransfer({ name: '👩‍👧 أوبونتو' })).name, '👩‍👧 أوبونتو');
  });

  it('says so when nothing moves instead of promising an end', () => {
    const pace = (changes: Parameters<typeof sampleTransfer>[0]): string => viewOf(sampleTransfer(changes)).pace;
    assert.equal(pace({ throughput: [100, 0, 0, 0, 0, 0] }), 'Stalled: no data sent for 5 s');
    assert.equal(pace({ throughput: [0, 0] }), 'Stalled: no data sent for 2 s');
    const download = { action: 'download', phase: 'downloading', phases: ['downloading', 'verifying'] } as const;
    assert.equal(pace({ ...download, throughput: [1, 0] }), 'Stalled: no data received for 1 s');
    assert.equal(
      viewOf(sourceTransfer({ phase: 'decompressing', throughput: [0] })).pace,
      'Stalled: no data decompressed for 1 s',
    );
  });

  it('does not call it a stall that Glance still stores what was sent', () => {
    const { total } = sampleTransfer();
    assert.equal(
      viewOf(sampleTransfer({ sent: total, throughput: [100, 0, 0] })).pace,
      'All data sent, waiting for Glance',
    );
  });

  it('never shows more than 100 %, nor 100 % before the last byte', () => {
    assert.equal(viewOf(sampleTransfer({ sent: 2 ** 40 })).progress?.percent, 100);
    assert.equal(viewOf(sampleTransfer({ sent: 1024 ** 3 - 1 })).progress?.percent, 99);
  });

  it('marks each phase as done, in progress or pending', () => {
    assert.deepEqual(
      viewOf(sampleTransfer({ phase: 'verifying' })).steps.map(({ name, words }) => [name, words]),
      [
        ['Stage', 'done'],
        ['Upload', 'done'],
        ['Verify', 'in progress'],
        ['Publish', 'pending'],
      ],
    );
    assert.ok(viewOf(verifiedTransfer()).steps.every(({ state }) => state === 'done'));
    assert.ok(viewOf(sampleTransfer({ phase: 'waiting' })).steps.every(({ state }) => state === 'next'));
  });

  it('shows where a failure stopped it, and why', () => {
    const view = viewOf(differingTransfer());
    assert.deepEqual(
      view.steps.map(({ state }) => state),
      ['done', 'done', 'stopped', 'next'],
    );
    assert.equal(view.error?.next, differingTransfer().error?.next);
    assert.equal(view.error?.facts, 'Request ID req-5b1de0f2-8a4b-4e0b-9a2e-7d1a5c9e1f11 · Code checksum-mismatch');
  });

  it('says at how many bytes the window went away, and what next', () => {
    const view = viewOf(sampleTransfer({ status: 'interrupted', sent: 410 * MIB, endedAt: 1 }));
    assert.equal(view.status, 'Interrupted at 410 MiB');
    assert.equal(view.offers.again, 'Apply Again');
    assert.match(view.error?.message ?? '', /window was closed or reloaded, or the extension host ended/);
    assert.match(view.error?.next ?? '', /next apply/);
  });

  it('speaks of a download as one', () => {
    const download = { action: 'download', phase: 'downloading', phases: ['downloading', 'verifying'] } as const;
    const running = viewOf(sampleTransfer({ ...download, sent: 256 * MIB, total: 1024 * MIB, throughput: [MIB, MIB] }));
    assert.equal(running.status, 'Downloading');
    assert.equal(running.progress?.percent, 25);
    assert.match(running.pace, /^1 MiB\/s, about /);
    assert.equal(running.comparisons[1]?.here, 'computing…');
    const left = viewOf(sampleTransfer({ ...download, status: 'interrupted', sent: 5, endedAt: 1 }));
    assert.deepEqual([left.offers.again, left.offers.openDefinition], ['Download Again', false]);
    assert.match(left.error?.next ?? '', /next download/);
    const done = viewOf(verifiedTransfer(download));
    assert.match(done.amount, / received$/);
    assert.deepEqual([done.offers.showFile, done.offers.again], [true, undefined]);
    const unproven = viewOf(
      sampleTransfer({
        ...download,
        status: 'unverified',
        endedAt: 1,
        verified: { size: true, md5: null, multihash: null },
      }),
    );
    assert.match(unproven.verdict?.text ?? '', /The file is there, but its data could not be verified\.$/);
  });

  it('offers what can be done now', () => {
    const nothing = {
      cancel: 'absent',
      again: undefined,
      openDefinition: true,
      openImage: false,
      showFile: false,
      copyId: false,
      saveReport: true,
    };
    assert.deepEqual(viewOf(sampleTransfer()).offers, {
      ...nothing,
      cancel: 'offered',
      copyId: true,
      saveReport: false,
    });
    assert.equal(viewOf(sampleTransfer({ cancelling: true })).offers.cancel, 'cancelling');
    assert.deepEqual(viewOf(verifiedTransfer()).offers, { ...nothing, openImage: true, copyId: true });
    assert.deepEqual(viewOf(differingTransfer()).offers, { ...nothing, again: 'Apply Again' });
  });

  it('says of what another window is at work on that it is, and offers nothing that only that one can do', () => {
    const view = viewOf(sampleTransfer({ elsewhere: true }));
    assert.equal(view.what, 'Create in devcloud/RegionOne, by another window');
    assert.equal(view.offers.cancel, 'absent');
  });

  it('draws the throughput into a box of 100 × 100, the peak at its top', () => {
    const view = viewOf(sampleTransfer({ throughput: [0, 50 * MIB, 100 * MIB] }));
    assert.equal(view.line, '0,100 50,50 100,0');
    assert.equal(view.lineWords, 'Peak 100 MiB/s');
    assert.equal(viewOf(sampleTransfer({ throughput: [1] })).line, undefined);
    assert.equal(viewOf(sampleTransfer({ throughput: [0, 0] })).line, '0,100 100,100');
  });

  it('has neither bytes nor checksums for an update', () => {
    const view = viewOf(
      sampleTransfer({ action: 'update', phases: ['updating'], phase: 'updating', total: 0, sent: 0 }),
    );
    assert.equal(view.progress, undefined);
    assert.equal(view.amount, '');
    assert.deepEqual(view.comparisons, []);
  });

  it('says that no bytes were sent where the cloud had them', () => {
    assert.equal(viewOf(verifiedTransfer({ sent: 0 })).amount, 'Nothing sent: the cloud already has this data');
  });
});

describe('a transfer that was begun again', () => {
  const earlier = sampleTransfer({ id: 'earlier', status: 'failed', startedAt: 1, endedAt: 2 });

  function again(...others: readonly Transfer[]): unknown {
    return viewOf(earlier, begunAgain([earlier, ...others]).has('earlier')).offers.again;
  }

  it('is offered once: by the last of them', () => {
    const later = { id: 'later', startedAt: 3 };
    assert.equal(again(), 'Apply Again');
    assert.equal(again(sampleTransfer({ ...later })), undefined);
    assert.equal(again(verifiedTransfer({ ...later })), undefined);
    assert.equal(begunAgain([earlier, sampleTransfer(later)]).has('later'), false);
  });

  it('is the same definition in the same region, or the same image’s download', () => {
    const later = { id: 'later', startedAt: 3 };
    const others = [
      sampleTransfer({ ...later, region: 'RegionTwo' }),
      sampleTransfer({ ...later, cloud: 'other' }),
      sampleTransfer({ ...later, key: 'other' }),
      sampleTransfer({ ...later, file: '/other' }),
      downloadingTransfer({ ...later, key: earlier.key, file: earlier.file }),
    ];
    for (const other of others) assert.equal(again(other), 'Apply Again');
    const download = downloadingTransfer({ id: 'd', status: 'failed', startedAt: 1, endedAt: 2 });
    const ids = (changes: Partial<Transfer>): readonly string[] => [
      ...begunAgain([download, downloadingTransfer({ ...later, ...changes })]),
    ];
    assert.deepEqual(ids({}), ['d']);
    assert.deepEqual(ids({ imageId: 'other' }), []);
  });
});

describe('the order of transfers', () => {
  it('is the running ones as they began, then the others, the last one first', () => {
    const { running, history } = inOrder([
      verifiedTransfer({ id: 'older', endedAt: 1 }),
      sampleTransfer({ id: 'first' }),
      verifiedTransfer({ id: 'newer', endedAt: 2 }),
      sampleTransfer({ id: 'second' }),
    ]);
    assert.deepEqual(
      [...running, ...history].map(({ id }) => id),
      ['first', 'second', 'newer', 'older'],
    );
  });
});
