import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { logIn } from '../../api/session.ts';
import { Workplace } from '../workplace.ts';

const bytes = randomBytes(3 * 1024 * 1024 + 17);

describe('download of an image', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;
  let id: string;
  let file: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('download ../../x');
    await workplace.file('image.raw', bytes);
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'image.raw' };
    const [result] = await workplace.apply(await workplace.define({ name, region: cloud.regions[0], ...formats }));
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    id = result.imageId ?? '';
    file = join(workplace.folder, 'got.raw');
  });

  afterEach(async () => {
    await workplace.close([name]);
  });

  async function download(path = file, image = id, replace = true): ReturnType<Workplace['engine']['downloadImage']> {
    const place = await workplace.engine.place(cloud.cloud, cloud.regions[0]);
    return workplace.engine.downloadImage(place, image, path, { replace });
  }

  const partial = (): string => join(workplace.folder, `.got.raw.${id}.part`);
  const left = async (): Promise<string[]> =>
    (await readdir(workplace.folder)).filter((each) => each.includes('.part'));

  it('is verified, replaces an older file and leaves nothing else', async () => {
    await writeFile(file, 'old');
    const result = await download();
    assert.deepEqual([result.verdict, result.verified], ['verified', { size: true, md5: true, multihash: true }]);
    assert.ok((await readFile(file)).equals(bytes));
    assert.deepEqual(await left(), []);
  });

  it('replaces no file unasked', async () => {
    await writeFile(file, 'old');
    await assert.rejects(download(file, id, false), { code: 'target-exists' });
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await left(), []);
  });

  it('goes into a folder under a name that is no path', async () => {
    const { path } = await download(workplace.folder);
    assert.match(path.slice(workplace.folder.length), /^\/download-[\w.-]+\.raw$/);
    assert.ok((await readFile(path)).equals(bytes));
  });

  it('goes on with what an earlier one left', async () => {
    await writeFile(partial(), bytes.subarray(0, 2_000_000));
    assert.equal((await download()).resumedFrom, 2_000_000);
    assert.ok((await readFile(file)).equals(bytes));
  });

  it('begins again where what was left is no beginning of the image', async () => {
    await writeFile(partial(), Buffer.alloc(2_000_000));
    assert.equal((await download()).resumedFrom, 0);
    assert.ok((await readFile(file)).equals(bytes));
  });

  it('refuses a queued image and a deactivated one, and keeps the older file', async () => {
    await writeFile(file, 'old');
    const session = await logIn('cloud', 0);
    const queued = await session.post({ name, disk_format: 'raw', container_format: 'bare' });
    await assert.rejects(download(file, String(queued.json.id)), { code: 'image-has-no-data' });
    await session.send('POST', `/v2/images/${id}/actions/deactivate`);
    await assert.rejects(download(), { code: 'image-deactivated', status: 403 });
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await left(), []);
  });

  it('lets one at a time write a file', async () => {
    const both = await Promise.allSettled([download(), download()]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refused = both.find((each) => each.status === 'rejected');
    assert.equal((refused?.reason as { code?: string }).code, 'download-in-progress');
    assert.ok((await readFile(file)).equals(bytes));
  });
});
