import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { locate } from '../../../../src/node/files/located-path.ts';
import type { LocatedPath } from '../../../../src/core/source/ports.ts';

/** A workspace with `images/a.image.jsonc`, beside a folder that is not its. */
describe('where a path of a definition leads', () => {
  let top: string;
  let workspace: string;
  let outside: string;

  beforeEach(async () => {
    top = await realpath(await mkdtemp(join(tmpdir(), 'glance-images-located-')));
    workspace = join(top, 'workspace');
    outside = join(top, 'outside');
    await mkdir(join(workspace, 'images'), { recursive: true });
    await mkdir(outside);
    await writeFile(join(outside, 'disk'), '');
    await writeFile(join(workspace, 'disk'), '');
  });

  afterEach(() => rm(top, { recursive: true }));

  function located(written: string, workspaceFolders: readonly string[] = [workspace]): Promise<LocatedPath> {
    const file = join(workspace, 'images', 'a.image.jsonc');
    return locate(resolve(workspace, 'images', written), written, { file, workspaceFolders });
  }

  it('is in the workspace, or out of it', async () => {
    assert.deepEqual(await located('disk'), { path: join(workspace, 'images', 'disk') });
    assert.deepEqual(await located('../disk'), { path: join(workspace, 'disk') });
    assert.deepEqual(await located('../..disk'), { path: join(workspace, '..disk') });
    assert.deepEqual(await located('../../outside/disk'), { path: join(outside, 'disk'), reach: 'outside' });
    assert.deepEqual(await located(join(outside, 'disk')), { path: join(outside, 'disk'), reach: 'outside' });
    assert.deepEqual(await located('../../workspace-2/disk'), {
      path: join(top, 'workspace-2', 'disk'),
      reach: 'outside',
    });
  });

  it('is its own folder where no workspace holds it, or only the home of the user', async () => {
    for (const folders of [[], [homedir()], ['/']]) {
      assert.equal((await located('disk', folders)).reach, undefined);
      assert.equal((await located('../disk', folders)).reach, 'outside');
    }
  });

  it('is what a link leads to, be the link the file or a folder on the way', async () => {
    await symlink(join(outside, 'disk'), join(workspace, 'images', 'file'));
    await symlink(outside, join(workspace, 'folder'));
    await symlink('../disk', join(workspace, 'images', 'near'));
    const away = { path: join(outside, 'disk'), reach: 'outside' };
    assert.deepEqual(await located('file'), { ...away, link: join(workspace, 'images', 'file') });
    assert.deepEqual(await located('../folder/disk'), { ...away, link: join(workspace, 'folder') });
    const near = { path: join(workspace, 'disk'), reach: 'link', link: join(workspace, 'images', 'near') };
    assert.deepEqual(await located('near'), near);
  });

  it('is known as far as there is something', async () => {
    await symlink(outside, join(workspace, 'folder'));
    assert.equal((await located('../folder/new/cache')).path, join(outside, 'new', 'cache'));
  });

  it('may be a workspace that is reached through a link itself', async () => {
    const alias = join(top, 'alias');
    await symlink(workspace, alias);
    const file = join(alias, 'images', 'a.image.jsonc');
    const found = await locate(join(alias, 'disk'), '../disk', { file, workspaceFolders: [alias] });
    assert.deepEqual(found, { path: join(workspace, 'disk') });
  });

  it('goes through a link that may have come with a relative path beside the folder of the definition', async () => {
    await symlink(outside, join(top, 'cache'));
    assert.equal((await located('../../cache')).link, join(top, 'cache'));
    assert.equal((await located(join(top, 'cache'))).link, undefined);
  });
});
