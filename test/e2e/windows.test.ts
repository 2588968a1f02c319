import assert from 'node:assert/strict';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { stageForEach } from './stage.ts';
import { pressOnce } from './workbench/until.ts';
import type { Workbench } from './workbench/workbench.ts';

describe('an apply and its windows', () => {
  const faults = new PlannedFaults();
  /** Lets the uploads that a test holds go on. */
  let release: () => void;

  afterEach(() => release());
  const stage = stageForEach({ faults });

  beforeEach(() => {
    const held = Promise.withResolvers<undefined>();
    release = () => held.resolve(undefined);
    faults.next({ service: 'image', method: 'PUT', path: /\/file$/ }, { until: held.promise }, 2);
  });

  afterEach(() => faults.clear());

  /** A window in which an apply to both regions is at its bytes, and gets no further. */
  async function uploading(): Promise<Workbench> {
    const window = await stage.openFile('ubuntu.image.jsonc');
    await window.apply();
    const sent = window.webview().getByText(/[1-9][\d.]* [KM]iB of 8 MiB/);
    await sent.nth(1).waitFor();
    // Its bytes were kept for the next window once its speed was sampled three times more.
    const speed = window.webview().locator('.throughput polyline').first();
    await speed.evaluate(async (line) => {
      const samples = (): number => (line.getAttribute('points') ?? '').split(' ').length;
      const enough = samples() + 3;
      const sampled = Promise.withResolvers<undefined>();
      const look = new MutationObserver(() => (samples() >= enough ? sampled.resolve(undefined) : undefined));
      look.observe(line, { attributes: true });
      await sampled.promise;
      look.disconnect();
    });
    return window;
  }

  function made(): number {
    return faults.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/images')).length;
  }

  it('is not made twice by two windows on one folder', async () => {
    const first = await uploading();
    assert.equal(made(), 2);
    const second = await first.another(stage.workspace);
    await second.openFile('ubuntu.image.jsonc');
    await second.pressLens('Apply this image', second.lens(/Blocked in 2 regions/));
    await second.notified(/Another apply on this machine has been at work/);
    assert.equal(made(), 2);
    await second.command('Glance: Show Transfers');
    const there = second.webview().getByText(/^Create in sandbox\/Region(One|Two), by another window$/);
    await there.nth(1).waitFor();
    assert.equal(await second.webview().getByRole('button', { name: 'Cancel' }).count(), 0);
    await second.screenshot('second-window');
    release();
    await first.lens(/Applied in 2 regions/).waitFor();
    await second.verified(2);
    await second.pressLens('Apply this image', second.lens(/No changes in 2 regions/));
    assert.equal(made(), 2);
  });

  it('is cancelled in one region alone, goes on in the other, and is applied again', async () => {
    const window = await uploading();
    const card = window.card('RegionOne');
    await pressOnce(card.getByRole('button', { name: 'Cancel', exact: true }));
    await card.getByText(/The partial image .* was deleted/).waitFor();
    release();
    await window.verified(1);
    await window.lens(/RegionOne: Cancelled.*RegionTwo: Applied/).waitFor();
    await window.screenshot('one-region-cancelled');
    await pressOnce(card.getByRole('button', { name: 'Apply Again' }));
    await window.verified(2);
  });

  for (const [what, end] of [
    ['a reload of the window', (window: Workbench) => window.command('Developer: Reload Window')],
    ['a crash of the extension host', (window: Workbench) => window.killExtensionHosts()],
  ] as const) {
    it(`is told as interrupted after ${what}, and applied again from there`, async () => {
      const window = await uploading();
      await window.screenshot('uploading');
      await end(window);
      const interrupted = window.webview().getByText(/^Interrupted at [1-9]/);
      await interrupted.nth(1).waitFor();
      await window.screenshot('interrupted');
      release();
      const applyAgain = (region: string): Promise<void> =>
        pressOnce(window.card(region).getByRole('button', { name: 'Apply Again' }));
      await applyAgain('RegionOne');
      await window.verified(1);
      await window.lens(/RegionOne: Applied/).waitFor();
      assert.equal(await window.card('RegionTwo').count(), 1, 'left alone');
      await applyAgain('RegionTwo');
      await window.verified(2);
    });
  }
});
