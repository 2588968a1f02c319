import assert from 'node:assert/strict';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import { planJunit } from '../../../../../src/core/reconcile/reports/plan-junit.ts';
import { planMarkdown } from '../../../../../src/core/reconcile/reports/plan-markdown.ts';
import { planSarif } from '../../../../../src/core/reconcile/reports/plan-sarif.ts';
import { definitionOf, planOf } from '../../../state/sample-plans.ts';

const HOSTILE = '@all </summary><img src=x> `` ``` ````\n# [x](y) \u001b[31m\u202e & ]]>';

const changes = [{ path: 'properties/x', before: 'old', after: HOSTILE, forcesReplacement: false, why: 'differs' }];
const blocked = planOf(definitionOf({ name: HOSTILE }), {
  action: 'blocked',
  problems: [{ severity: 'error', code: 'ambiguous-image', message: HOSTILE, line: 3, column: 5 }],
});

function update(name: string, more: Partial<Plan> = {}): Plan {
  return planOf(definitionOf({ name }), { action: 'update', changes, ...more });
}

describe('a plan as Markdown', () => {
  it('begins with the summary, and folds the changes', () => {
    const text = planMarkdown([update('a'), planOf(definitionOf({ name: 'b' }), { action: 'none' })]);
    assert.match(text, /^### Glance images: 1 to update, 1 unchanged\n/);
    assert.match(text, /<details><summary><b>update<\/b> <code>a<\/code>/);
    assert.match(text, /^~ properties\/x: "old" → /m);
    assert.doesNotMatch(text, /<code>b</);
  });

  it('takes no name or value for markup', () => {
    const text = planMarkdown([blocked]);
    const summary = text.split('\n').find((line) => line.startsWith('<details')) ?? '';
    assert.match(
      summary,
      /^<details open><summary><b>blocked<\/b> <code>[^<>`@*[\]]*<\/code> in <code>[^<>]*<\/code><\/summary>$/,
    );
    // The fence is longer than the four backticks of the text, and nothing but the closing fence begins a line with as many.
    assert.equal(text.split('\n').filter((line) => line.startsWith('`````')).length, 2);
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  });

  it('is never longer than a comment may be, and says what is left out', () => {
    const text = planMarkdown(Array.from({ length: 2000 }, (_, index) => update(`image ${index}`)));
    assert.ok(text.length < 65_536);
    assert.match(text, /\n\d+ more are left out: /);
  });
});

describe('a plan as SARIF', () => {
  it('has each problem at its line', () => {
    const document = planSarif([blocked, update('a')], () => 'images/a b.image.jsonc') as {
      runs: { results: { ruleId: string; level: string; locations: unknown[] }[] }[];
    };
    const [result, ...others] = document.runs[0]?.results ?? [];
    assert.deepEqual(others, []);
    assert.equal(result?.ruleId, 'ambiguous-image');
    assert.equal(result.level, 'error');
    assert.deepEqual(result.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: 'images/a%20b.image.jsonc' },
          region: { startLine: 3, startColumn: 5 },
        },
      },
    ]);
  });
});

describe('a plan as JUnit', () => {
  it('has a failure for what is blocked, and is XML whatever the names are', () => {
    const text = planJunit([blocked, update('a')], () => 'a&b.image.jsonc');
    assert.match(text, /^<testsuites tests="2" failures="1">$/m);
    assert.equal(text.match(/<failure /g)?.length, 1);
    assert.equal(text.match(/<testcase /g)?.length, 2);
    assert.ok(!text.includes('\u001b'));
    assert.doesNotMatch(text, /<img|&(?!#\d+;)/);
  });
});
