import assert from 'node:assert/strict';
import type { Change, Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { planMatrix } from '../../../../src/features/plan/plan-matrix.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

const NOTHING = { size: null, md5: null, multihash: null };
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

const shown = {
  path: (file: string) => file.replace('/space/', ''),
  address: (file: string, line: number) => `${file.replace('/space', '')}#L${line}`,
};

/** The text without the colours of actions. */
const plain = (text: string): string => text.replaceAll(/<\/?span[^>]*>/g, '');

describe('the plan of several definitions', () => {
  const text = planMatrix(
    plans.map((plan) => ({ plan })),
    new Date(0),
    shown,
  );

  it('is a table of definitions and regions, with the reasons below', () => {
    const rows = plain(text)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 4);
    assert.match(rows[2] ?? '', /\| create \| no changes \|$/);
    assert.match(rows[3] ?? '', /\| update \| \*\*blocked\*\* \|$/);
    assert.match(text, /Two images have this name/);
    assert.doesNotMatch(text, /[^\\]\]\(command|\/space\//);
  });

  it('leads from each row to its definition', () => {
    assert.match(text, /^\| \[one\]\(<\/one\.image\.jsonc#L1>\) \|/m);
    assert.match(text, /^- \[two\\.image\\.jsonc\\:1\]\(<\/two\.image\.jsonc#L1>\)/m);
  });

  it('has what is blocked at the top, and an action in its colour', () => {
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
    assert.match(titles[0] ?? '', /blocked$/);
    assert.match(text, /color: var\(--vscode-errorForeground\)">blocked/);
  });

  it('says that it is out of date once one of its plans is applied', () => {
    assert.doesNotMatch(text, /Out of date/);
    const [first, ...others] = plans.map((plan) => ({ plan }));
    assert.ok(first);
    const result = { ...first, status: 'done', verified: NOTHING, digests: [], bytesSent: 0 } as const;
    const after = planMatrix([{ ...first, result }, ...others], new Date(0), shown);
    assert.match(after, /Out of date\\: 1 of 4 were applied or changed since/);
    assert.match(after, /\| Applied \|/);
  });
});
