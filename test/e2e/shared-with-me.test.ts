import { readFile } from 'node:fs/promises';
import { DISK, stageForAll } from './stage.ts';

describe('images that other projects share', () => {
  const stage = stageForAll({ users: ['demo', 'guest'] });

  /** The id of user demo's project, as Keystone tells it. */
  async function demoProject(): Promise<string> {
    const text = await readFile(stage.cloudsFile, 'utf8');
    const valueOf = (key: string): string => JSON.parse(new RegExp(`${key}: (".*")`).exec(text)?.[1] ?? '""') as string;
    const domain = { name: 'Default' };
    const user = { name: 'demo', password: valueOf('password'), domain };
    const identity = { methods: ['password'], password: { user } };
    const answer = await fetch(`${valueOf('auth_url')}/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { name: 'demo', domain } } } }),
    });
    const { token } = (await answer.json()) as { readonly token: { readonly project: { readonly id: string } } };
    return token.project.id;
  }

  it('are accepted and rejected where they are listed', async () => {
    const cloud = { ...DISK, cloud: 'sandbox-guest', region: 'RegionOne', visibility: 'shared' };
    await stage.write('golden.image.jsonc', { ...cloud, name: 'Golden image', members: [await demoProject()] });
    const window = await stage.openFile('golden.image.jsonc');
    const { view } = window;
    await window.apply();
    await window.lens(/Applied/).waitFor();
    await window.command('View: Close All Editors');
    await view.open();
    await view.shows(/Cloud sandbox-guest, guest in guest/);
    await view.expand(/^Shared with Me/);
    await view.shows(/Golden image.*pending/);
    await window.screenshot('shared-with-me');
    await view.choose(view.row(/Golden image.*pending/), 'Accept Image');
    await window.notified(/Accepted "Golden image" in sandbox\/RegionOne/);
    await view.shows(/Golden image.*accepted/);
    await view.shows(/Golden image/, 2);
    await window.screenshot('shared-accepted');
    await view.choose(view.row(/Golden image.*accepted/), 'Reject Image');
    await window.notified(/Rejected "Golden image"/);
    await view.shows(/Golden image.*rejected/);
  });
});
