import assert from 'node:assert/strict';
import type { Change, Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { planPage } from '../../../../src/features/plan/plan-page.ts';
import { liveImage, placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

const NOTHING = { size: null, md5: null, multihash: null };
const change: Change = { path: 'tags', before: [], after: ['x'], forcesReplacement: false, why: 'differs' };
const one = definitionOf({ name: 'one' }, '/space/one.image.jsonc');
const two = definitionOf({ name: 'two <b>[x](command:y)</b>' }, '/space/two.image.jsonc');
const plans: readonly Plan[] = [
  planOf(one, { action: 'create', bytesToSend: 1024 }),
  planOf(one, { action: 'none', place: placeNamed('RegionTwo') }),
  planOf(two, { action: 'update', changes: [change], live: liveImage('live', 'two') }),
  planOf(two, {
    action: 'blocked',
    place: placeNamed('RegionTwo'),
    problems: [{ severity: 'error', code: 'ambiguous-image', message: 'Two images have this name.' }],
  }),
];

const links = {
  path: (file: string) => file.replace('/space/', ''),
  definition: ({ definition }: Plan) => `definition:${definition.file}#${definition.line}`,
  differences: ({ definition, place }: Plan) => `differences:${definition.arguments.name[0]}/${place.region}`,
  image: ({ live }: Plan) => `image:${live?.id}`,
};
const parts = { cspSource: 'https://host.example', style: 'https://host.example/plan.css' };

/** What people read. */
const plain = (text: string): string => text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

describe('the plan of several definitions', () => {
  const page = planPage(
    plans.map((plan) => ({ plan })),
    new Date(0),
    links,
    parts,
  );
  const rows = [...page.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) => row);

  it('is a table of definitions and regions, with the reasons below', () => {
    assert.equal(rows.length, 3);
    assert.match(plain(rows[1] ?? ''), /^ ?one ?create ?no changes ?$/);
    assert.match(plain(rows[2] ?? ''), /update ?blocked ?$/);
    assert.match(plain(page), /Two images have this name/);
  });

  it('leads from each row to its definition, its differences and its image', () => {
    assert.match(rows[1] ?? '', /<a href="definition:\/space\/one\.image\.jsonc#1">one<\/a>/);
    assert.match(rows[1] ?? '', /<a href="differences:o\/RegionOne">/);
    assert.match(page, /<a href="differences:t\/RegionOne">Differences<\/a>/);
    assert.match(page, /<a href="image:live">Image<\/a>/);
    assert.doesNotMatch(page, /<a href="differences:t\/RegionTwo">/, 'what is blocked has none');
  });

  it('has what is blocked at the top, and an action in its colour', () => {
    const titles = [...page.matchAll(/<h2>([^]*?)<\/h2>/g)].map(([, title = '']) => plain(title));
    assert.match(titles[0] ?? '', /blocked/);
    assert.ok(page.indexOf('<section class="blocked">') < page.indexOf('<table>'));
    assert.match(page, /<span class="action blocked">blocked/);
  });

  it('runs no script, loads one style sheet, and shows names as text', () => {
    assert.match(page, /content="default-src 'none'; style-src https:\/\/host\.example"/);
    assert.doesNotMatch(page, /<script|<b>|\son\w+=/);
    assert.match(page, /two &lt;b&gt;/);
  });

  it('says that it is out of date once one of its plans is applied', () => {
    assert.doesNotMatch(page, /Out of date/);
    const [first, ...others] = plans.map((plan) => ({ plan }));
    assert.ok(first);
    const result = { ...first, status: 'done', verified: NOTHING, digests: [], bytesSent: 0 } as const;
    const after = planPage([{ ...first, result }, ...others], new Date(0), links, parts);
    assert.match(after, /Out of date: 1 of 4 were applied or changed since/);
    assert.match(after, /<span class="action none">Applied/);
  });
});
