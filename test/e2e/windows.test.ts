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

  it('is shown by every window on this machine, and not made twice', async () => {
    const first = await uploading();
    assert.equal(made(), 2);
    const second = await first.another(stage.workspace);
    await second.openFile('ubuntu.image.jsonc');
    // Where it runs, it can be cancelled and not be applied.
    await second.lens(/\d+%/).waitFor();
    await second.command('Glance: Show Transfers');
    await second
      .webview()
      .getByText(/[1-9][\d.]* [KM]iB of 8 MiB/)
      .nth(1)
      .waitFor();
    await second.screenshot('second-window');
    await pressOnce(second.card('RegionTwo').getByRole('button', { name: 'Cancel', exact: true }));
    await first
      .card('RegionTwo')
      .getByText(/The partial image .* was deleted/)
      .waitFor();
    release();
    await first.lens(/RegionOne: Applied/).waitFor();
    await second.verified(1);
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
    it(`goes on after ${what}, and is shown and verified there`, async () => {
      const window = await uploading();
      await end(window);
      await window.card('RegionTwo').getByRole('button', { name: 'Cancel', exact: true }).waitFor();
      await window.screenshot('goes-on');
      release();
      await window.verified(2);
      await window.lens(/Applied in 2 regions/).waitFor();
      assert.equal(made(), 2);
    });
  }

  it('goes on while no window is open', async () => {
    const window = await uploading();
    await window.close();
    release();
    const next = await stage.openFile('ubuntu.image.jsonc');
    await next.pressLens('Apply this image', next.lens(/No changes in 2 regions/));
    assert.equal(made(), 2);
  });

  it('is told as interrupted once its host was killed, and applied again', async () => {
    const window = await uploading();
    await stage.killTransferHost();
    const interrupted = window.webview().getByText(/The connection to the transfer host was lost/);
    await interrupted.nth(1).waitFor();
    await window.screenshot('host-killed');
    release();
    for (const region of ['RegionOne', 'RegionTwo'])
      await pressOnce(window.card(region).getByRole('button', { name: 'Apply Again' }));
    await window.verified(2);
  });
});
