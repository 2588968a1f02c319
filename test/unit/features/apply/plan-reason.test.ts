import assert from 'node:assert/strict';
import { planInBrief, reasonOf } from '../../../../src/features/apply/plan-reason.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

describe('a row of the choice of plans', () => {
  it('names at most three changes', () => {
    const changes = ['min_disk_gb', 'min_ram_mb', 'name', 'tags', 'hidden'].map((path) => {
      return { path, before: undefined, after: 1, forcesReplacement: false, why: 'differs' };
    });
    const plan = planOf(definitionOf(), { action: 'update', changes });
    assert.equal(reasonOf(plan), '+ min_disk_gb: 1; + min_ram_mb: 1; + name: 1; and 2 more');
  });

  it('says what is sent where', () => {
    const plan = planOf(definitionOf(), { action: 'create', bytesToSend: 1024 });
    assert.match(planInBrief(plan), /RegionOne · create · 1 KiB to send$/);
    assert.equal(reasonOf(plan), 'does not exist yet');
  });
});
