import assert from 'node:assert/strict';
import { ApplyProgress } from '../../../../src/features/apply/apply-progress.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

describe('the progress of an apply', () => {
  const plans = [300, 100].map((bytesToSend) => planOf(definitionOf(), { action: 'create', bytesToSend }));
  const [first, second] = plans.map(({ id }) => id);
  let told: (readonly [string, number | undefined])[];
  let progress: ApplyProgress;

  beforeEach(() => {
    told = [];
    progress = new ApplyProgress(plans, (message, percent) => told.push([message, percent]));
  });

  it('is one bar over the bytes of all plans, told once a percent', () => {
    progress.record({ type: 'progress', plan: first ?? '', sent: 100, total: 300 });
    progress.record({ type: 'progress', plan: first ?? '', sent: 101, total: 300 });
    progress.record({ type: 'progress', plan: second ?? '', sent: 100, total: 100 });
    assert.deepEqual(told, [
      ['uploading, 25%', 25],
      ['uploading, 50%', 50],
    ]);
  });

  it('names the place of a phase, of an import and of copies', () => {
    const plan = first ?? '';
    progress.record({ type: 'phase', plan, phase: 'staging' });
    progress.record({ type: 'importing', plan, task: { status: 'processing', message: '' }, elapsed: 2400 });
    progress.record({ type: 'importing', plan, task: undefined, elapsed: 3000 });
    progress.record({
      type: 'copies',
      plan,
      copies: [
        { store: 'fast', state: 'done' },
        { store: 'slow', state: 'failed' },
      ],
    });
    assert.deepEqual(
      told.map(([message]) => message.replace(/^\S*RegionOne: /, '')),
      [
        'creating the image',
        'Glance fetches the source (processing), 2 s',
        'Glance fetches the source, 3 s',
        'copied to fast, not copied to slow',
      ],
    );
  });

  it('says nothing of plans that it does not know', () => {
    progress.record({ type: 'phase', plan: 'another', phase: 'staging' });
    assert.deepEqual(told, []);
  });
});
