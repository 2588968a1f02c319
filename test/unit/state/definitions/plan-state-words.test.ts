import assert from 'node:assert/strict';
import type { Problem } from '../../../../src/core/problem.ts';
import {
  applyingInWords,
  planStateInWords,
  type StateWords,
} from '../../../../src/state/definitions/plan-state-words.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import { sampleTransfer } from '../../webview/transfers/sample-transfers.ts';

const titleOf = (words: StateWords | undefined): string => (words?.title ?? '').replaceAll('\u00a0', ' ');

describe('the words over a definition', () => {
  it('say once what its regions have in common', () => {
    const definition = definitionOf({ regions: ['RegionOne', 'RegionTwo'] });
    const records = ['RegionOne', 'RegionTwo'].map((region) => ({
      plan: planOf(definition, { place: placeNamed(region), action: 'create' }),
    }));
    assert.equal(titleOf(planStateInWords({ kind: 'planned', records })), '$(add) To be created in 2 regions');
  });

  it('say how far its apply is, as one share of all bytes', () => {
    const at = (region: string, sent: number) =>
      sampleTransfer({ id: region, cloud: 'demo', region, status: 'running', phase: 'uploading', sent, total: 100 });
    assert.equal(titleOf(applyingInWords([at('RegionOne', 43), at('RegionTwo', 41)])), '$(sync~spin) 42%');
    assert.match(applyingInWords([at('RegionOne', 43)])?.tooltip ?? '', /RegionOne: uploading, 43%/);
    assert.equal(applyingInWords([{ ...at('RegionOne', 43), status: 'done' }]), undefined);
  });

  it('say what is no error of the text, with the reason in the tooltip', () => {
    const problem: Problem = { severity: 'error', code: 'signed-out', message: 'You are signed out.', outside: true };
    const words = (code: Problem['code']): StateWords | undefined => {
      const plan = planOf(definitionOf(), { action: 'blocked', problems: [{ ...problem, code }] });
      return planStateInWords({ kind: 'planned', records: [{ plan }] });
    };
    assert.equal(titleOf(words('signed-out')), '$(account) Signed out');
    assert.match(words('signed-out')?.tooltip ?? '', /You are signed out/);
    assert.equal(titleOf(words('apply-in-progress')), '$(sync) Another apply is running');
    assert.equal(titleOf(words('connection-refused')), '$(error) Could not be planned');
  });
});
