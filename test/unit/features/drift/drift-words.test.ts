import assert from 'node:assert/strict';
import type { Change, Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { driftInWords } from '../../../../src/features/drift/drift-words.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

const change: Change = { path: 'tags', before: [], after: ['x'], forcesReplacement: false, why: 'differs' };
const plan = (more: Partial<Plan>): Plan => planOf(definitionOf(), more);
const same = plan({ action: 'none' });
const differing = plan({ action: 'update', changes: [change] });

describe('a check for drift', () => {
  it('says how many images differ, in one line', () => {
    assert.deepEqual(driftInWords([same, same]), { severity: 'information', message: 'No drift in 2 images.' });
    assert.deepEqual(driftInWords([same, differing]), {
      severity: 'warning',
      message: '1 of 2 images differs from its definition.',
    });
  });

  it('says what is not there, and what could not be checked and why', () => {
    const problem = { severity: 'error', code: 'timeout', message: 'RegionTwo did not answer. Try again.' } as const;
    const blocked = plan({ action: 'blocked', problems: [problem] });
    assert.deepEqual(driftInWords([differing, differing, plan({ action: 'create' }), blocked]), {
      severity: 'warning',
      message: '2 of 4 images differ from their definitions (1 not created, 1 not checked: RegionTwo did not answer).',
    });
  });
});
