import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { problemAt } from '../../../../src/core/definition/problem-at.ts';
import type { ErrorCode } from '../../../../src/core/error-codes.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { confirmed, toBeAsked } from '../../../../src/features/apply/confirmation.ts';
import { definitionOf, planOf } from '../../../unit/state/sample-plans.ts';
import type { Action } from '../../../../src/core/reconcile/model/action.ts';

describe('the question before an apply', () => {
  const { showWarningMessage } = vscode.window;
  let asked: { readonly question: string; readonly detail: string | undefined; readonly modal: boolean | undefined }[];
  let answer: string | undefined;

  beforeEach(() => {
    asked = [];
    vscode.window.showWarningMessage = (
      question: string,
      options: vscode.MessageOptions,
    ): Thenable<string | undefined> => {
      asked.push({ question, detail: options.detail, modal: options.modal });
      return Promise.resolve(answer);
    };
  });

  afterEach(() => {
    vscode.window.showWarningMessage = showWarningMessage;
  });

  function planThat(action: Action, code: ErrorCode, message: string): Plan {
    const definition = definitionOf();
    return planOf(definition, { action, problems: [problemAt(definition, 'information', code, message)] });
  }

  for (const [code, message] of [
    ['path-outside', '"local_file_path" leads out of the folder of the definition, to "/home/ann/.ssh/id".'],
    ['path-is-link', '"local_file_path" goes through a link, to "/space/other".'],
    ['source-not-public', 'The source http://10.0.0.1/a is fetched from a private network.'],
  ] as const) {
    it(`names what a create reaches for beyond the folder of its definition (${code})`, async () => {
      const plan = planThat('create', code, message);
      answer = undefined;
      assert.equal(await confirmed([plan]), false);
      answer = 'Send';
      assert.equal(await confirmed([plan]), true);
      assert.equal(asked[0]?.modal, true);
      assert.equal(asked[0].detail, message);
      assert.match(asked[0].question, /"a" .*RegionOne/);
    });
  }

  it('names it beside the other reasons', async () => {
    const plan = planThat('replace', 'path-outside', 'It leads to "/home/ann/.ssh/id".');
    answer = 'Replace';
    assert.equal(await confirmed([plan]), true);
    assert.match(asked[0]?.detail ?? '', /\.ssh\/id/);
  });

  it('is not asked where nothing is sent', () => {
    for (const action of ['none', 'adopt', 'update', 'blocked'] as const)
      assert.deepEqual(toBeAsked([planThat(action, 'path-outside', 'Outside.')]), []);
    assert.deepEqual(toBeAsked([planOf(definitionOf(), { action: 'create' })]), []);
  });
});
