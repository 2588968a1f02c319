import assert from 'node:assert/strict';
import type { Change, Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { planMatrix } from '../../../../src/features/plan/plan-matrix.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

const change: Change = { path: 'tags', before: [], after: ['x'], forcesReplacement: false, why: 'differs' };
const one = definitionOf({ name: 'one' }, '/space/one.image.jsonc');
const two = definitionOf({ name: 'two | [x](command:y)' }, '/space/two.image.jsonc');
const plans: readonly Plan[] = [
  planOf(one, { action: 'create', bytesToSend: 1024 }),
  planOf(one, { action: 'none', place: placeNamed('RegionTwo') }),
  planOf(two, { action: 'update', changes: [change] }),
  planOf(two, {
    action: 'blocked',
    place: placeNamed('RegionTwo'),
    problems: [{ severity: 'error', code: 'ambiguous-image', message: 'Two images have this name.' }],
  }),
];

describe('the plan of several definitions', () => {
  it('is a table of definitions and regions, with the reasons below', () => {
    const text = planMatrix(plans, new Date(0), (file) => file.replace('/space/', ''));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 4);
    assert.match(rows[2] ?? '', /^\| one \| create \| nothing differs \|$/);
    assert.match(rows[3] ?? '', /\| update \| \*\*blocked\*\* \|$/);
    assert.match(text, /Two images have this name/);
    assert.match(text, /^- two\\.image\\.jsonc\\:1; /m);
    assert.doesNotMatch(text, /[^\\]\]\(command|\/space\//);
  });
});
