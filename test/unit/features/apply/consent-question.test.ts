import assert from 'node:assert/strict';
import { problemAt } from '../../../../src/core/definition/problem-at.ts';
import type { Plan, Action } from '../../../../src/core/reconcile/model/plan.ts';
import type { ErrorCode } from '../../../../src/core/error-codes.ts';
import { changedPlansQuestion, consentQuestion } from '../../../../src/features/apply/consent-question.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';

function planThat(action: Action, code: ErrorCode, message: string): Plan {
  const definition = definitionOf();
  return planOf(definition, { action, problems: [problemAt(definition, 'information', code, message)] });
}

describe('the question before an apply', () => {
  for (const [code, message] of [
    ['path-outside', '"local_file_path" is outside the folder of the definition: "/home/ann/.ssh/id".'],
    ['path-is-link', '"local_file_path" goes through a link: "/space/other".'],
    ['source-not-public', 'The source http://10.0.0.1/a is fetched from a private network.'],
  ] as const) {
    it(`names what a create reaches for beyond the folder of its definition (${code})`, () => {
      const asked = consentQuestion([planThat('create', code, message)]);
      assert.equal(asked?.button, 'Send');
      assert.equal(asked.detail, message);
      assert.match(asked.question, /^Send image "a" to .*RegionOne from outside/);
    });
  }

  it('names all reasons of all plans, under the button of the gravest', () => {
    const plans = [
      planOf(definitionOf({ visibility: 'public' }), { action: 'create' }),
      planThat('replace', 'path-outside', 'It leads to "/home/ann/.ssh/id".'),
    ];
    const asked = consentQuestion(plans);
    assert.equal(asked?.button, 'Replace');
    assert.equal(asked.question, 'Confirm 3 changes?');
    assert.deepEqual(
      asked.detail?.split('\n').map((line) => line.replace(/" in \S+RegionOne/, '"')),
      [
        '"a" becomes public.',
        '"a" is replaced: once the new image is verified, the image  is hidden but kept.',
        '"a": It leads to "/home/ann/.ssh/id".',
      ],
    );
  });

  it('counts the images where all plans need it for one reason', () => {
    const plans = [1, 2].map(() => planOf(definitionOf(), { action: 'replace' }));
    assert.equal(consentQuestion(plans)?.question, 'Replace 2 images?');
    const exposed = [1, 2, 3].map(() => planOf(definitionOf({ visibility: 'public' }), { action: 'create' }));
    assert.equal(consentQuestion(exposed)?.question, 'Make 3 images public?');
  });

  it('asks before what an earlier apply left is deleted', () => {
    const asked = consentQuestion([planThat('create', 'recovers-stuck-image', 'The image 1 (saving) is deleted.')]);
    assert.deepEqual([asked?.button, asked?.detail], ['Recover', 'The image 1 (saving) is deleted.']);
  });

  it('is not asked where nothing is sent', () => {
    for (const action of ['none', 'adopt', 'update', 'blocked'] as const)
      assert.equal(consentQuestion([planThat(action, 'path-outside', 'Outside.')]), undefined);
    assert.equal(consentQuestion([planOf(definitionOf(), { action: 'create' })]), undefined);
  });
});

describe('the question after plans changed', () => {
  it('names each image and what its new plan does', () => {
    const change = { path: 'min_disk_gb', before: 1, after: 2, forcesReplacement: false, why: 'drift' };
    const asked = changedPlansQuestion([planOf(definitionOf(), { action: 'update', changes: [change] })]);
    assert.match(asked.question, /Apply the new plan to "a" in \S*RegionOne\?$/);
    assert.match(asked.detail ?? '', /^a, \S*RegionOne: update\n {2}~ min_disk_gb: 1 → 2 \(drift\)$/);
  });
});
