import assert from 'node:assert/strict';
import { accessProblems } from '../../../../../../src/core/reconcile/planning/problems/access-problems.ts';
import type { Action } from '../../../../../../src/core/reconcile/model/plan.ts';
import { definitionOf } from '../../../../state/sample-plans.ts';

describe('access rules of an application credential', () => {
  const url = { local_file_path: undefined, image_source_url: 'https://mirror.example/a.img' };
  const missing: readonly (readonly [
    action: Action,
    extra: Parameters<typeof definitionOf>[0],
    refused: string,
    named: string | undefined,
  ])[] = [
    ['create', {}, 'PUT', 'PUT /v2/images/{image_id}/file'],
    ['create', { ...url, web_download: true }, 'PUT', undefined],
    ['create', { ...url, web_download: true }, 'POST', 'POST /v2/images, POST /v2/images/{image_id}/import'],
    ['upload', {}, 'POST', undefined],
    ['update', {}, 'PATCH', 'PATCH /v2/images/{image_id}'],
    ['replace', {}, 'DELETE', undefined],
    ['replace', { on_replace: 'delete' }, 'DELETE', 'DELETE /v2/images/{image_id}'],
    ['none', {}, 'GET', undefined],
  ];
  for (const [action, extra, refused, named] of missing) {
    it(`without ${refused} ${named === undefined ? 'do not stop' : 'stop'} a plan to ${action} ${JSON.stringify(extra)}`, () => {
      const mayRequest = (method: string): boolean => method !== refused;
      const problems = accessProblems({ definition: definitionOf(extra), mayRequest }, action);
      assert.deepEqual(
        problems.map(({ severity, code }) => [severity, code]),
        named === undefined ? [] : [['error', 'access-rules']],
      );
      if (named !== undefined) assert.ok(problems[0]?.message.includes(`do not allow ${named}.`), problems[0]?.message);
    });
  }

  it('that are absent stop nothing', () => {
    assert.deepEqual(accessProblems({ definition: definitionOf() }, 'create'), []);
  });
});
