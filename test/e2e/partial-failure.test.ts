import assert from 'node:assert/strict';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { stageForEach } from './stage.ts';
import { pressOnce } from './workbench/until.ts';

describe('an apply that fails in part', () => {
  const faults = new PlannedFaults();
  const stage = stageForEach({ faults });

  afterEach(() => faults.clear());

  function made(region: string): number {
    return faults.requests.filter(
      (each) => each.region === region && each.method === 'POST' && each.path.endsWith('/images'),
    ).length;
  }

  it('tells which region failed and why, shows it as the other one’s bytes go, and is retried there alone', async () => {
    const held = Promise.withResolvers<undefined>();
    faults.next({ service: 'image', region: 'RegionOne', method: 'PUT', path: /\/file$/ }, { until: held.promise });
    const answer = { status: 403, body: 'No more images today.' };
    const refused = faults.next(
      { service: 'image', region: 'RegionTwo', method: 'POST', path: /\/images$/ },
      { answer },
    );
    const window = await stage.openFile('ubuntu.image.jsonc');
    await window.apply();
    await refused.hit;
    // The region that failed is told while the other one is still at its bytes.
    const reason = window.card('RegionTwo').getByText(/No more images today/);
    await reason.first().waitFor();
    await window.webview().getByText('Running (1)').waitFor();
    const status = window.page.locator('.statusbar').getByText(/1 transfer/);
    await status.waitFor();
    await window.screenshot('one-region-failed');
    held.resolve(undefined);

    await window.lens(/RegionOne: Applied.*RegionTwo: Apply failed/).waitFor();
    await window.notified(/No more images today/, async (entry) => {
      await window.screenshot('partial-failure');
      await pressOnce(entry.getByRole('button', { name: 'Retry Failed' }));
    });
    await window.verified(2);
    assert.equal(made('RegionOne'), 1, 'the region that was done is left alone');
    assert.equal(made('RegionTwo'), 2);
  });
});
