import assert from 'node:assert/strict';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { stageForEach } from './stage.ts';

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
    const window = await stage.open();
    await window.openFile('ubuntu.image.jsonc');
    const transfers = window.transfers();
    await window.apply();
    await refused.hit;
    // The region that failed is told while the other one is still at its bytes.
    const card = transfers.getByRole('article').filter({ hasText: 'RegionTwo' });
    await card
      .getByText(/No more images today/)
      .first()
      .waitFor();
    await transfers.getByText('Running (1)').waitFor();
    await window.page
      .locator('.statusbar')
      .getByText(/1 transfer/)
      .waitFor();
    await window.screenshot('one-region-failed');
    held.resolve(undefined);

    await window.lens(/RegionOne: Applied.*RegionTwo: Apply failed/).waitFor();
    await window.notified(/No more images today/, async (entry) => {
      await window.screenshot('partial-failure');
      await window.pressOnce(entry.getByRole('button', { name: 'Retry Failed' }));
    });
    await transfers
      .getByText(/Verified: size, MD5 and SHA-512 agree/)
      .nth(1)
      .waitFor();
    assert.equal(made('RegionOne'), 1, 'the region that was done is left alone');
    assert.equal(made('RegionTwo'), 2);
  });
});
