import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { logIn, type Session } from '../../api/session.ts';
import type { CommandLine } from '../../cli/command-line.ts';
import { document, type Running } from '../../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import type { WatchedRegion } from '../../watched-region.ts';
import { APPLY, DiskApply, resultOf } from './disk-apply.ts';

const FAULTY_DISK = pathToFileURL(join(import.meta.dirname, '..', '..', 'faulty-disk.ts')).href;
const bytes = randomBytes(4 * 1024 * 1024 + 17);
const md5 = createHash('md5').update(bytes).digest('hex');
const POST = /^POST \/images$/;
const PUT = /^PUT .*\/file$/;
const LOOK = /^GET \/images\/[0-9a-f-]{36}$/;

describe('an upload that goes wrong', () => {
  let cloud: CloudUnderTest;
  let disk: DiskApply;
  let line: CommandLine;
  let session: Session;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
    session = await logIn('cloud', 0, cloud);
  });

  beforeEach(async () => {
    disk = await DiskApply.open(cloud, 'upload', bytes);
    ({ line, name } = disk);
  });

  afterEach(() => line.close());

  const puts = ({ writes }: WatchedRegion): number => writes.filter((write) => write.startsWith('PUT')).length;

  /** One image is in sight, with the bytes that were to be sent. */
  async function expectServes(): Promise<void> {
    const visible = (await line.named(name)).filter((image) => !image.os_hidden);
    assert.deepEqual(
      visible.map(({ status, checksum }) => [status, checksum]),
      [['active', md5]],
    );
  }

  for (const status of [500, 503]) {
    it(`is made again with all its bytes where Glance answered ${status} and the image is queued`, async () => {
      const region = await disk.happens({ at: PUT, answer: { status, unseen: true } });
      assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
      assert.equal(puts(region), 2);
      await expectServes();
    });

    it(`is done where Glance answered ${status} though it has all the bytes`, async () => {
      const region = await disk.happens({ at: PUT, answer: { status } });
      assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
      assert.equal(puts(region), 1);
      await expectServes();
    });
  }

  for (const [status, code, next] of [
    [413, 'quota-exceeded', /quota/],
    [415, 'format-refused', /disk_format/],
  ] as const) {
    it(`is sent once only where Glance answers ${status}, and the next apply makes the image`, async () => {
      const region = await disk.happens({ at: PUT, answer: { status, unseen: true } });
      const { status: ended, error, left } = resultOf(await line.expect(1, ...APPLY));
      assert.deepEqual([ended, error?.code, left?.kind], ['failed', code, 'deleted']);
      assert.match(error?.next ?? '', next);
      assert.equal(puts(region), 1);
      assert.deepEqual(await line.named(name), []);
      assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
      await expectServes();
    });
  }

  it('is waited for while Glance is still at it, though its answer was lost', async () => {
    const looked = Promise.withResolvers<undefined>();
    const tell = (): Promise<void> => {
      looked.resolve(undefined);
      return Promise.resolve();
    };
    const glance = new HeldUpload(session, bytes);
    await disk.happens(
      { at: PUT, before: (id) => glance.begin(id), answer: { status: 503, unseen: true } },
      { at: LOOK },
      // There is a second look only because the first one saw "saving".
      { at: LOOK, before: tell },
    );
    const { ended } = line.start(...APPLY);
    await looked.promise;
    assert.equal(await glance.end(), 204);
    assert.equal(resultOf(await ended).status, 'done');
    await expectServes();
  });

  for (const status of [500, 503]) {
    it(`goes into the image that Glance made though it answered ${status} to its creation`, async () => {
      const region = await disk.happens({ at: POST, answer: { status } });
      assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
      assert.deepEqual(
        region.writes.filter((write) => write.startsWith('POST')),
        ['POST /images'],
      );
      assert.equal((await line.named(name)).length, 1);
      await expectServes();
    });

    it(`looks for its image where Glance answered ${status} to its creation and made none`, async () => {
      await disk.happens({ at: POST, answer: { status, unseen: true } });
      const { status: ended, error, left } = resultOf(await line.expect(1, ...APPLY));
      assert.deepEqual([ended, left?.kind], ['failed', 'unknown']);
      assert.match(error?.message ?? '', /It was not there a moment later\./);
      assert.deepEqual(await line.named(name), []);
      assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
    });
  }

  it('that somebody else is at leaves that image to them', async () => {
    const others = Buffer.alloc(600, 'of somebody else');
    const theirs = new HeldUpload(session, others);
    let image = '';
    await disk.happens({
      at: PUT,
      before: (id) => {
        image = id;
        return theirs.begin(id);
      },
    });
    const result = resultOf(await line.expect(1, ...APPLY));
    assert.equal(result.status, 'failed');
    assert.match(result.error?.message ?? '', new RegExp(image));
    assert.equal(await theirs.end(), 204, 'their upload was cut');
    const { status, size } = await session.show(image);
    assert.deepEqual([status, size], ['active', others.length]);
    session.remember(image);
    await session.cleanUp();
  });

  it('whose image is deleted meanwhile says so, and the next apply makes it', async () => {
    await disk.happens({ at: PUT, half: (id) => session.send('DELETE', `/v2/images/${id}`) });
    const { status, error } = resultOf(await line.expect(1, ...APPLY));
    assert.equal(status, 'failed');
    assert.ok(['image-gone', 'image-not-found'].includes(error?.code ?? ''), JSON.stringify(error));
    assert.match(error?.next ?? '', /apply again/i);
    assert.deepEqual(await line.named(name), []);
    assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
    await expectServes();
  });

  it('goes on after a sleep that cost it its connection', async () => {
    const asleep = Promise.withResolvers<string>();
    const started = Promise.withResolvers<Running>();
    const region = await disk.happens({
      at: PUT,
      half: async (id) => {
        (await started.promise).child.kill('SIGSTOP');
        asleep.resolve(id);
      },
      cutAtHalf: true,
    });
    const running = line.start(...APPLY);
    started.resolve(running);
    // It sleeps until Glance has noticed that nobody sends any more.
    await session.showUntil(await asleep.promise, ({ status }) => status === 'queued');
    running.child.kill('SIGCONT');
    assert.equal(resultOf(await running.ended).status, 'done');
    assert.equal(puts(region), 2);
    await expectServes();
  });

  it('breaks, and does not end, where the source can’t be read to its end', async () => {
    const found: unknown[] = [];
    const region = await disk.happens({
      at: /^DELETE /,
      before: async (id) => found.push((await session.showUntil(id, ({ status }) => status !== 'saving')).status),
    });
    line.setVariable('NODE_OPTIONS', `--import=${FAULTY_DISK}`);
    // Longer than what is read ahead, so that the fault comes with bytes on their way.
    await line.workplace.file('disk.raw', randomBytes(24 * 1024 * 1024));
    line.setVariable('FAULTY_DISK', JSON.stringify({ unreadable: { from: 20 * 1024 * 1024 } }));
    const { status, error } = resultOf(await line.expect(1, ...APPLY));
    assert.equal(status, 'failed');
    assert.match(error?.message ?? '', /disk\.raw" can't be read: EIO/);
    assert.equal(region.broken, 1, 'the body came to an end');
    assert.deepEqual(found, ['queued'], 'what came of the bytes that were sent');
    assert.deepEqual(await line.named(name), []);
  });

  it('is of the definition as it was when it began, and the next plan has what was edited since', async () => {
    const other = randomBytes(1000);
    await line.workplace.file('other.raw', other);
    await disk.happens({ at: PUT, half: () => disk.define({ local_file_path: 'other.raw', min_ram_mb: 64 }) });
    assert.equal(resultOf(await line.expect(0, ...APPLY)).status, 'done');
    await expectServes();
    assert.equal((await line.named(name))[0]?.min_ram, 0);
    const planned = document(await line.expect(0, 'plan', '--json', 'test.image.jsonc')) as {
      plans: readonly { action: string; changes: readonly { path: string }[] }[];
    };
    assert.equal(planned.plans[0]?.action, 'replace');
    const paths = planned.plans[0].changes.map(({ path }) => path);
    assert.ok(paths.includes('min_ram_mb') && paths.includes('data'), paths.join());
  });
});

/** Somebody else's upload to an image, which ends when it is told to. */
class HeldUpload {
  readonly #session: Session;
  readonly #bytes: Buffer;
  #answer: Promise<number> | undefined;
  #end: () => void = () => undefined;

  constructor(session: Session, bytes: Buffer) {
    this.#session = session;
    this.#bytes = bytes;
  }

  /** Settles once Glance says that it takes the data. */
  async begin(id: string): Promise<void> {
    const headers = {
      'X-Auth-Token': this.#session.token,
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(this.#bytes.length),
    };
    const put = httpRequest(`${this.#session.url}/v2/images/${id}/file`, { method: 'PUT', headers, agent: false });
    this.#answer = new Promise((resolve, reject) => {
      put.once('error', reject);
      put.once('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
    this.#answer.catch(() => undefined);
    let sent = 0;
    const sendOne = (): void => void put.write(this.#bytes.subarray(sent, (sent += 1)));
    sendOne();
    // uWSGI ends an upload that rests for ten seconds.
    const sending = setInterval(sendOne, 1000);
    this.#end = () => {
      clearInterval(sending);
      put.end(this.#bytes.subarray(sent));
    };
    await this.#session.showUntil(id, ({ status }) => status === 'saving');
  }

  /** The status that Glance answered in the end. */
  async end(): Promise<number | undefined> {
    this.#end();
    return this.#answer;
  }
}
