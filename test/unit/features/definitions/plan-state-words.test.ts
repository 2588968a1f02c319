import assert from 'node:assert/strict';
import { planStateInWords } from '../../../../src/features/definitions/plan-state-words.ts';
import type { PlanState } from '../../../../src/state/definitions/plans.ts';
import type { Transfer } from '../../../../src/webview/transfers/protocol.ts';
import { placeNamed } from '../../state/live-image.ts';
import { definitionOf, planOf } from '../../state/sample-plans.ts';
import { sampleTransfer } from '../../webview/transfers/sample-transfers.ts';

describe('the words over a definition', () => {
  it('say how far its apply is, in each region where they differ', () => {
    const definition = definitionOf({ regions: ['RegionOne', 'RegionTwo'] });
    const records = ['RegionOne', 'RegionTwo'].map((region) => ({
      plan: planOf(definition, { place: placeNamed(region), action: 'create' }),
    }));
    const planned = { kind: 'planned', records } as const;
    const uploading = sampleTransfer({ cloud: 'demo', region: 'RegionTwo', sent: 43, total: 100 });
    const title = (state: PlanState, running: readonly Transfer[]): string =>
      (planStateInWords(state, running)?.title ?? '').replaceAll('\u00a0', ' ');
    assert.equal(title(planned, []), '$(add) To be created in 2 regions');
    assert.equal(
      title(planned, [uploading]),
      '$(add) RegionOne: To be created   $(sync~spin) RegionTwo: Applying, 43%',
    );
    assert.equal(title({ kind: 'outdated' }, [uploading]), '$(sync~spin) Applying, 43%');
  });
});
