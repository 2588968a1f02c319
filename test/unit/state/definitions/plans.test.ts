import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import type { Definition } from '../../../../src/core/definition/definition.ts';
import type { Problem } from '../../../../src/core/problem.ts';
import type { Plan, Action } from '../../../../src/core/reconcile/model/plan.ts';
import { PlansStore } from '../../../../src/state/definitions/plans.ts';
import { placeNamed } from '../live-image.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const text = `{ "name": "a", "container_format": "bare", "disk_format": "raw", "local_file_path": "a.raw" }`;

function definitionIn(source: string, file = '/project space/a.image.jsonc'): Definition {
  const [definition] = parseDefinitions(source, file).definitions;
  assert.ok(definition);
  return definition;
}

let count = 0;
function plan(
  definition: Definition,
  region: string,
  action: Action = 'create',
  problems: readonly Problem[] = [],
): Plan {
  count += 1;
  return {
    id: `plan-${count}`,
    definition,
    place: placeNamed(region),
    cloudChosenBy: 'the only cloud',
    action,
    changes: [],
    bytes: 'none',
    bytesToSend: 0,
    problems,
    fingerprint: '',
    unmanaged: [],
  };
}

function result(of: Plan, status: ApplyResult['status']): ApplyResult {
  return { plan: of, status, verified: { size: true, md5: true, multihash: true }, digests: [], bytesSent: 0 };
}

describe('PlansStore', () => {
  it('knows a definition by its last plan, in every region, wherever it moved in the file', () => {
    const plans = new PlansStore();
    const definition = definitionIn(text);
    plans.remember([plan(definition, 'RegionOne'), plan(definition, 'RegionTwo', 'none')]);
    const state = plans.stateOf(definitionIn(`// a comment above\n\n${text}`));
    assert.ok(state.kind === 'planned');
    assert.deepEqual(
      state.records.map((record) => record.plan.action),
      ['create', 'none'],
    );
  });

  it('calls the plan outdated once the definition says something else', () => {
    const plans = new PlansStore();
    plans.remember([plan(definitionIn(text), 'RegionOne')]);
    assert.equal(plans.stateOf(definitionIn(text.replace('"raw"', '"qcow2"'))).kind, 'outdated');
    assert.equal(plans.stateOf(definitionIn(text.replace('"a"', '"b"'))).kind, 'unplanned');
  });

  it('forgets a region that the definition left', () => {
    const plans = new PlansStore();
    const definition = definitionIn(text);
    plans.remember([plan(definition, 'RegionOne'), plan(definition, 'RegionTwo')]);
    plans.remember([plan(definition, 'RegionTwo')]);
    const state = plans.stateOf(definition);
    assert.ok(state.kind === 'planned');
    assert.deepEqual(
      state.records.map((record) => record.plan.place.region),
      ['RegionTwo'],
    );
  });

  it('shows a problem where its argument stands now, until the apply got past it', () => {
    const plans = new PlansStore();
    const definition = definitionIn(text);
    const range = definition.places.get('local_file_path')?.value;
    assert.ok(range);
    const problem: Problem = { severity: 'error', code: 'source-missing', message: 'There is no such file.', range };
    const blocked = plan(definition, 'RegionOne', 'blocked', [problem]);
    plans.remember([blocked]);
    const moved = definitionIn(`\n\n${text}`);
    const shown = plans.problemsOf(moved)[0]?.range;
    assert.deepEqual(shown, moved.places.get('local_file_path')?.value);
    plans.remember([plan(definition, 'RegionOne', 'none')]);
    assert.deepEqual(plans.problemsOf(moved), []);
  });

  it('marks no text for what is no error of it', () => {
    const plans = new PlansStore();
    const definition = definitionIn(text);
    const problem: Problem = { severity: 'error', code: 'signed-out', message: 'You are signed out.', outside: true };
    plans.remember([plan(definition, 'RegionOne', 'blocked', [problem])]);
    assert.deepEqual(plans.problemsOf(definition), []);
  });

  it('notes how an apply ended and tells which file that is about', () => {
    const plans = new PlansStore();
    const told: string[] = [];
    const made = plan(definitionIn(text), 'RegionOne');
    plans.remember([made]);
    plans.onDidChange((file) => told.push(file));
    plans.noteResult(result(made, 'done'));
    assert.deepEqual(told, [made.definition.file]);
    assert.equal(plans.find(made.id)?.result?.status, 'done');
  });
});
