import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { PlannedFaults } from '../contract/planned-faults.ts';
import { makeWorkspace } from '../host/workspace.ts';
import { Workbench } from './workbench.ts';

describe('an apply that fails in part', function () {
  this.timeout(180_000);
  const faults = new PlannedFaults();
  let folder: string;
  let sandbox: Sandbox;
  let workbench: Workbench | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    await mkdir(join(folder, 'workspace'));
    await makeWorkspace(join(folder, 'workspace'));
    sandbox = await startSandbox({ directory: join(folder, 'sandbox'), users: ['demo'], faults });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepTraces(this.currentTest.title);
    await workbench?.close();
    workbench = undefined;
    faults.clear();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

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
    const window = await Workbench.open({
      workspace: join(folder, 'workspace'),
      environment: {
        OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
        OS_CLOUD: 'sandbox',
        XDG_CACHE_HOME: join(folder, 'cache'),
      },
    });
    workbench = window;
    await window.openFile('ubuntu.image.jsonc');
    const transfers = window.transfers();
    await window.pressLens('Apply this image', transfers.getByText('Glance Transfers').first());
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

    await window.notification(/No more images today/).waitFor();
    await window.lens(/RegionOne: Applied.*RegionTwo: Apply failed/).waitFor();
    await window.screenshot('partial-failure');
    await window.page.getByRole('button', { name: 'Retry Failed' }).click();
    await transfers
      .getByText(/Verified: size, MD5 and SHA-512 agree/)
      .nth(1)
      .waitFor();
    assert.equal(made('RegionOne'), 1, 'the region that was done is left alone');
    assert.equal(made('RegionTwo'), 2);
  });
});
