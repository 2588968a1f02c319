import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

describe('an apply and its windows', function () {
  this.timeout(180_000);
  const faults = new PlannedFaults();
  let folder: string;
  let workspace: string;
  let sandbox: Sandbox;
  let workbench: Workbench | undefined;
  /** Lets the uploads that a test holds go on. */
  let release: () => void;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    workspace = join(folder, 'workspace');
    await mkdir(workspace);
    await makeWorkspace(workspace);
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'], faults });
    const held = Promise.withResolvers<undefined>();
    release = () => held.resolve(undefined);
    faults.next({ service: 'image', method: 'PUT', path: /\/file$/ }, { until: held.promise }, 2);
  });

  afterEach(async function () {
    release();
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    faults.clear();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  /** A window in which an apply to both regions is at its bytes, and gets no further. */
  async function uploading(): Promise<Workbench> {
    const window = await Workbench.open({
      workspace,
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    workbench = window;
    await window.openFile('ubuntu.image.jsonc');
    await window.pressLens('Apply this image', window.transfers().getByText('Glance Transfers').first());
    await window
      .transfers()
      .getByText(/[1-9][\d.]* [KM]iB of 8 MiB/)
      .nth(1)
      .waitFor();
    // Four samples of its speed: its bytes were kept for the next window by then.
    await window
      .transfers()
      .locator('.throughput polyline')
      .first()
      .evaluate(async (line) => {
        const sampled = (): boolean => (line.getAttribute('points') ?? '').split(' ').length >= 4;
        const enough = Promise.withResolvers<undefined>();
        const look = new MutationObserver(() => (sampled() ? enough.resolve(undefined) : undefined));
        look.observe(line, { attributes: true });
        if (!sampled()) await enough.promise;
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
    const second = await first.another(workspace);
    workbench = second;
    await second.openFile('ubuntu.image.jsonc');
    await second.pressLens('Apply this image', second.notification(/Another apply on this machine has been at work/));
    await second.lens(/Blocked in 2 regions/).waitFor();
    assert.equal(made(), 2);
    await second.command('Glance: Show Transfers');
    const there = second.transfers();
    await there
      .getByText(/^Create in sandbox\/Region(One|Two), by another window$/)
      .nth(1)
      .waitFor();
    assert.equal(await there.getByRole('button', { name: 'Cancel' }).count(), 0);
    await second.screenshot('second-window');
    release();
    await first.lens(/Applied in 2 regions/).waitFor();
    await there
      .getByText(/Verified: size, MD5 and SHA-512 agree/)
      .nth(1)
      .waitFor();
    await second.pressLens('Apply this image', second.notification(/Nothing differs/));
    assert.equal(made(), 2);
  });

  it('is cancelled in one region alone, goes on in the other, and is applied again', async () => {
    const window = await uploading();
    const transfers = window.transfers();
    const card = transfers.getByRole('article').filter({ hasText: 'RegionOne' });
    await card.getByRole('button', { name: 'Cancel', exact: true }).click();
    await card.getByText(/The staged image .* was deleted/).waitFor();
    release();
    await transfers.getByText(/Verified: size, MD5 and SHA-512 agree/).waitFor();
    await window.lens(/RegionOne: Cancelled.*RegionTwo: Applied/).waitFor();
    await window.screenshot('one-region-cancelled');
    await card.getByRole('button', { name: 'Apply Again' }).click();
    await transfers
      .getByText(/Verified: size, MD5 and SHA-512 agree/)
      .nth(1)
      .waitFor();
  });

  for (const [what, end] of [
    ['a reload of the window', (window: Workbench) => window.command('Developer: Reload Window')],
    ['a crash of the extension host', (window: Workbench) => window.killExtensionHosts()],
  ] as const) {
    it(`is told as interrupted after ${what}, and applied again from there`, async () => {
      const window = await uploading();
      await window.screenshot('uploading');
      await end(window);
      const transfers = window.transfers();
      await transfers
        .getByText(/^Interrupted at [1-9]/)
        .nth(1)
        .waitFor();
      await window.screenshot('interrupted');
      release();
      const again = (region: string): Locator =>
        transfers.getByRole('article').filter({ hasText: region }).getByRole('button', { name: 'Apply Again' });
      const verified = transfers.getByText(/Verified: size, MD5 and SHA-512 agree/);
      await again('RegionOne').click();
      await verified.first().waitFor();
      await window.lens(/RegionOne: Applied/).waitFor();
      assert.equal(await transfers.getByRole('article').filter({ hasText: 'RegionTwo' }).count(), 1, 'left alone');
      await again('RegionTwo').click();
      await verified.nth(1).waitFor();
    });
  }
});
