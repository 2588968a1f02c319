import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readDefinitionFiles } from '../../../src/cli/definition-files.ts';

const TEXT = (name: string): string => JSON.stringify({ name, container_format: 'bare', disk_format: 'raw' });

describe('readDefinitionFiles', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-cli-'));
    await mkdir(join(folder, 'deep', 'er'), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    await mkdir(join(folder, 'a[1]'));
    await writeFile(join(folder, 'b.image.jsonc'), TEXT('b'));
    await writeFile(join(folder, 'deep', 'er', 'a.image.jsonc'), TEXT('a'));
    await writeFile(join(folder, 'a[1]', 'c.image.jsonc'), TEXT('c'));
    await writeFile(join(folder, 'node_modules', 'x.image.jsonc'), TEXT('x'));
    await writeFile(join(folder, 'other.jsonc'), TEXT('other'));
  });

  afterEach(async () => rm(folder, { recursive: true, force: true }));

  async function read(...names: string[]): Promise<string[]> {
    const files = await readDefinitionFiles(names, folder);
    return files.map(({ file }) => relative(folder, file));
  }

  it('takes files of any name, folders and globs, each file once and sorted', async () => {
    assert.deepEqual(await read('other.jsonc'), ['other.jsonc']);
    assert.deepEqual(await read('.'), [
      join('a[1]', 'c.image.jsonc'),
      'b.image.jsonc',
      join('deep', 'er', 'a.image.jsonc'),
    ]);
    assert.deepEqual(await read('**/a.image.jsonc', 'deep', join(folder, 'b.image.jsonc')), [
      'b.image.jsonc',
      join('deep', 'er', 'a.image.jsonc'),
    ]);
  });

  it('takes brackets in a name as they are', async () => {
    assert.deepEqual(await read('a[1]'), [join('a[1]', 'c.image.jsonc')]);
    assert.deepEqual(await read(join('a[1]', 'c.image.jsonc')), [join('a[1]', 'c.image.jsonc')]);
  });

  it('fails for what matches nothing', async () => {
    await assert.rejects(read('nothing'), { code: 'file-not-found' });
    await assert.rejects(read('*.nothing'), { code: 'file-not-found' });
    await mkdir(join(folder, 'empty'));
    await assert.rejects(read('empty'), { code: 'file-not-found', message: '"empty" contains no *.image.jsonc file.' });
    await assert.rejects(read('b.image.jsonc', 'nothing'), { code: 'file-not-found' });
  });
});
