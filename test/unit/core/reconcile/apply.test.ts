import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../../src/core/failure.ts';
import { readMarks } from '../../../../src/core/reconcile/ownership/marks.ts';
import { storedFacts } from './glance-model.ts';
import { definition, World } from './world.ts';

const path = '/images/ubuntu.qcow2';
const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, 'image ');

function world(regions?: readonly string[]): World {
  const made = new World(regions);
  made.files.write(path, bytes);
  return made;
}

describe('apply', () => {
  it('sends one file to two regions, reads it once, and verifies both', async () => {
    const both = world(['RegionOne', 'RegionTwo']);
    const results = await both.apply(await both.plan(definition({ visibility: 'community', protected: true })));
    assert.equal(both.files.opened, 1);
    for (const result of results) {
      assert.equal(result.status, 'done');
      assert.deepEqual(result.verified, { size: true, md5: true, multihash: true });
      assert.equal(result.bytesSent, bytes.length);
      assert.equal(result.digests[0]?.here, result.digests[0]?.cloud);
      assert.equal(result.live?.os_hidden, false);
      assert.equal(result.live.protected, true);
      assert.equal(result.live.visibility, 'community');
    }
    assert.ok(
      (await both.plan(definition({ visibility: 'community', protected: true }))).every(
        ({ action }) => action === 'none',
      ),
    );
  });

  it('computes only what proves the bytes, and nothing of a file whose digests are known', async () => {
    const one = world(['RegionOne']);
    await one.planAndApply(definition());
    assert.deepEqual(one.computed, [['sha512', 'md5']], 'no image tells yet what the region computes');
    one.files.write(path, Buffer.from('other bytes'));
    const told = await one.planAndApply(definition());
    assert.deepEqual(one.computed.at(-1), ['sha512']);
    assert.deepEqual([told.status, told.verified], ['done', { size: true, md5: null, multihash: true }]);
    const [md5] = told.digests;
    assert.deepEqual([md5?.here, md5?.cloud], [null, told.live?.checksum]);
    assert.equal(readMarks(told.live ?? assert.fail())?.sent?.md5, told.live?.checksum);
    const known = await one.planAndApply(definition({ name: 'Another' }));
    assert.deepEqual([known.status, known.verified.multihash, one.computed.at(-1)], ['done', true, []]);
    assert.equal((await one.planOne(definition())).action, 'none');
  });

  it('makes nothing of bytes that changed without a trace since their digests were computed', async () => {
    const both = world(['RegionOne', 'RegionTwo']);
    await both.planAndApply(definition({ regions: ['RegionOne'] }));
    const file = both.files.files.get(path);
    assert.ok(file !== undefined);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
    both.files.files.set(path, { ...file, bytes: changed });
    const result = await both.planAndApply(definition({ name: 'Another', regions: ['RegionOne'] }));
    assert.deepEqual([result.status, result.error?.code], ['failed', 'source-changed']);
    assert.equal(both.glance('RegionOne').images.size, 1, 'the staged image was left');
  });

  it('tells phases, progress and digests in order', async () => {
    const one = world();
    await one.planAndApply(definition());
    const told = one.events.map((event) => (event.type === 'phase' ? event.phase : event.type));
    assert.deepEqual(
      [...new Set(told)],
      ['staging', 'uploading', 'progress', 'verifying', 'digests', 'publishing', 'result'],
    );
  });

  it('looks at an image once after its upload', async () => {
    const one = world();
    const asked: string[] = [];
    one.seen = (glance) => ({
      region: glance.region,
      members: glance.members,
      stores: glance.stores,
      imports: glance.imports,
      list: (query) => glance.list(query),
      create: (image) => glance.create(image),
      patch: (id, operations) => glance.patch(id, operations),
      upload: (id, size, options) => glance.upload(id, size, options),
      delete: (id) => glance.delete(id),
      deactivate: (id) => glance.deactivate(id),
      reactivate: (id) => glance.reactivate(id),
      get: (id) => {
        asked.push('get');
        return glance.get(id);
      },
      find: (id) => {
        asked.push('find');
        return glance.find(id);
      },
    });
    assert.equal((await one.planAndApply(definition())).status, 'done');
    assert.deepEqual(asked, ['find']);
  });

  it('keeps a failure in its region', async () => {
    const both = world(['RegionOne', 'RegionTwo']);
    both.glance('RegionTwo').before = ({ method }) => {
      if (method === 'write') throw new Failure('quota-exceeded', 'Full.', { status: 413, requestId: 'req-1' });
    };
    const [one, two] = await both.apply(await both.plan(definition()));
    assert.equal(one?.status, 'done');
    assert.equal(two?.status, 'failed');
    assert.equal(two.error?.code, 'quota-exceeded');
    assert.equal(two.requestId, 'req-1');
    assert.equal(both.glance('RegionTwo').images.size, 0, 'the staged image was left');
  });

  it('deletes what the cloud stored wrongly, and says what differs', async () => {
    const one = world();
    one.glance().store = (stored) => ({ ...storedFacts(stored), checksum: 'bad' });
    const result = await one.planAndApply(definition());
    assert.equal(result.status, 'failed');
    assert.equal(result.error?.code, 'checksum-mismatch');
    assert.match(result.error.message, /md5: sent .* the cloud has bad/);
    assert.deepEqual(result.verified, { size: true, md5: false, multihash: true });
    assert.deepEqual(one.glance().visible('Ubuntu'), []);
  });

  it('reports what the cloud does not let it compare as not verified', async () => {
    const one = world();
    one.glance().store = (stored) => ({ size: stored.length });
    const result = await one.planAndApply(definition());
    assert.equal(result.status, 'unverified');
    assert.deepEqual(result.verified, { size: true, md5: null, multihash: null });
  });

  it('reads once more for a multihash that it did not expect', async () => {
    const one = world();
    one.glance().store = (stored) => ({ ...storedFacts(stored), os_hash_algo: 'sha256', os_hash_value: storedSha256 });
    const result = await one.planAndApply(definition());
    assert.equal(result.verified.multihash, true);
  });

  it('refuses a file that changes while it is read', async () => {
    const one = world();
    let writes = 0;
    one.glance().before = ({ method }) => {
      if (method === 'write' && (writes += 1) === 2) one.files.write(path, Buffer.alloc(bytes.length, 'x'));
    };
    const result = await one.planAndApply(definition());
    assert.equal(result.error?.code, 'source-changed');
    assert.equal(one.glance().images.size, 0);
  });

  it('cancels, takes the staged image away and says so', async () => {
    const one = world();
    const abort = new AbortController();
    one.glance().before = ({ method }) => {
      if (method === 'write') abort.abort();
    };
    const [result] = await one.apply(await one.plan(definition()), { signal: abort.signal });
    assert.equal(result?.status, 'cancelled');
    assert.match(result.error?.message ?? '', /was deleted/);
    assert.equal(one.glance().images.size, 0);
  });

  it('sends again after a lost connection, with a new body', async () => {
    const one = world();
    let lost = false;
    one.glance().before = ({ method }) => {
      if (method !== 'finish' || lost) return;
      lost = true;
      throw new Failure('connection-lost', 'The connection broke.');
    };
    const upload = one.glance().upload.bind(one.glance());
    one.glance().upload = async (id, size) => upload(id, size);
    const result = await one.planAndApply(definition());
    assert.equal(result.status, 'done');
    assert.equal(one.glance().calls.filter(({ method }) => method === 'upload').length, 2);
  });

  it('finds the image that it made although the answer was lost', async () => {
    const one = world();
    const create = one.glance().create.bind(one.glance());
    one.glance().create = async (image) => {
      one.glance().create = create;
      await create(image);
      throw new Failure('connection-lost', 'The connection broke.');
    };
    const result = await one.planAndApply(definition());
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.equal(one.glance().images.size, 1);
  });

  it('sends nothing to an image that Glance made otherwise than it was asked', async () => {
    const one = world();
    const create = one.glance().create.bind(one.glance());
    one.glance().create = (image) => create({ ...image, properties: { ...image.properties, hw_model: 'other' } });
    const result = await one.planAndApply(definition({ properties: { hw_model: 'mine' } }));
    assert.equal(result.error?.code, 'not-applied');
    assert.match(result.error.message, /"hw_model"/);
    assert.equal(result.bytesSent, 0);
    assert.equal(one.glance().images.size, 0);
  });

  it('says both where such an image can not be taken away', async () => {
    const one = world();
    const create = one.glance().create.bind(one.glance());
    one.glance().create = (image) => create({ ...image, min_ram: 7 });
    one.glance().before = ({ method }) => {
      if (method === 'delete') throw new Failure('forbidden', 'Not yours.', { status: 403 });
    };
    const result = await one.planAndApply(definition());
    assert.equal(result.error?.code, 'not-applied');
    assert.match(
      result.error.message,
      /did not carry out "min_ram"\. A hidden partial image .* remains because .* Not yours\./,
    );
    assert.doesNotMatch(result.error.message, /Nothing was created/);
  });

  it('does what was agreed to though the digests of the file became known meanwhile', async () => {
    const one = world();
    const plans = await one.plan(definition());
    assert.equal(plans[0]?.source?.digests, undefined);
    const first = await one.planAndApply(definition({ name: 'Other' }));
    assert.equal(first.status, 'done');
    one.glance().add({ ...(first.live ?? assert.fail()), id: 'someone', name: 'Moved', properties: {} });
    const [result] = await one.apply(plans);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
  });

  it('restores what Glance lost while it took the data', async () => {
    const one = world();
    one.glance().store = (stored) => ({ ...storedFacts(stored), tags: [], min_disk: 0 });
    const wanted = definition({ tags: ['lts'], min_disk_gb: 10 });
    const result = await one.planAndApply(wanted);
    assert.equal(result.status, 'done', JSON.stringify(result.error));
    assert.deepEqual([result.live?.tags, result.live?.min_disk], [['lts'], 10]);
    assert.equal((await one.planOne(wanted)).action, 'none');
  });

  it('says so where Glance accepts a change and drops a property of it', async () => {
    const one = world();
    const made = await one.planAndApply(definition());
    const patch = one.glance().patch.bind(one.glance());
    one.glance().patch = (id, operations) =>
      patch(
        id,
        operations.filter(({ path: of }) => of !== 'hw_model'),
      );
    const result = await one.planAndApply(definition({ properties: { hw_model: 'mine' } }));
    assert.deepEqual([result.status, result.error?.code], ['failed', 'not-applied']);
    assert.match(result.error?.message ?? '', /"hw_model"/);
    assert.equal(one.glance().images.get(made.imageId ?? '')?.status, 'active');
  });

  it('sends a change that Glance refuses once', async () => {
    const one = world();
    await one.planAndApply(definition());
    one.glance().calls.length = 0;
    one.glance().before = ({ method }) => {
      if (method === 'patch') throw new Failure('forbidden', 'Property os_distro is protected.', { status: 403 });
    };
    const result = await one.planAndApply(definition({ properties: { os_distro: 'ubuntu' } }));
    assert.deepEqual([result.status, result.error?.code, result.error?.status], ['failed', 'forbidden', 403]);
    assert.equal(one.glance().calls.filter(({ method }) => method === 'patch').length, 1);
  });

  it('asks again where the live image moved and the new plan does more', async () => {
    const one = world();
    await one.planAndApply(definition());
    const plans = await one.plan(definition({ min_ram_mb: 512 }));
    const [live] = one.glance().visible('Ubuntu');
    assert.ok(live);
    one
      .glance()
      .add({ ...live, min_disk: 3, name: 'Ubuntu', properties: { ...live.properties }, visibility: 'public' });
    one.files.write(path, Buffer.from('quite other bytes'));
    const [declined] = await one.apply(plans);
    assert.equal(declined?.status, 'declined');
    const [agreed] = await one.apply(plans, { confirmAgain: () => Promise.resolve(true) });
    assert.equal(agreed?.status, 'done');
    assert.equal(agreed.plan.action, 'replace');
  });

  it('keeps the old image until its replacement is verified, then hides it and names the successor', async () => {
    const one = world();
    const first = await one.planAndApply(definition());
    one.files.write(path, Buffer.from('new bytes'));
    const second = await one.planAndApply(definition());
    assert.equal(second.status, 'done');
    assert.equal(second.replacedImageId, first.imageId);
    const old = one.glance().images.get(first.imageId ?? '');
    assert.ok(old);
    assert.equal(old.os_hidden, true);
    assert.equal(readMarks(old)?.replacedBy, second.imageId);
    assert.deepEqual(
      one
        .glance()
        .visible('Ubuntu')
        .map(({ id }) => id),
      [second.imageId],
    );
    assert.equal((await one.planOne(definition())).action, 'none');
  });

  it('meets another apply of the same definition on the same id', async () => {
    const one = world();
    const plans = await one.plan(definition());
    const [, second] = await Promise.all([one.apply(plans), one.apply(plans)]);
    assert.ok(second[0]);
    assert.equal(one.glance().visible('Ubuntu').length, 1);
    assert.equal(one.glance().images.size, 1);
  });

  it('waits for an apply on another machine', async () => {
    const one = world();
    one.glance().before = ({ method }) => {
      if (['write', 'patch', 'delete'].includes(method)) throw new Failure('unexpected', 'unexpected');
    };
    await one.planAndApply(definition());
    one.glance().before = () => undefined;
    one.runs.elsewhere.add('run-1');
    assert.equal((await one.planOne(definition())).problems[0]?.code, 'apply-in-progress');
  });

  it('never shows unverified bytes, keeps the old image, and goes on after a cut at any step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.integer({ min: 0, max: 60 }), async (replaces, cutAt) => {
        const one = world();
        if (replaces) {
          await one.planAndApply(definition({ properties: { build: '1' } }));
          one.files.write(path, Buffer.from('the next build'));
        }
        const before = one.glance().visible('Ubuntu').length;
        const wanted = definition({ properties: { build: replaces ? '2' : '1' } });
        const plans = await one.plan(wanted);
        let left = cutAt;
        one.glance().before = () => {
          left -= 1;
          if (left < 0) throw new Failure('unexpected', 'The process is gone.');
        };
        await one.apply(plans);
        one.glance().before = () => undefined;
        const visible = one.glance().visible('Ubuntu');
        assert.ok(visible.length >= before, 'the old image is gone');
        assert.ok(visible.every(({ status }) => status === 'active'));
        // The process is dead, so nothing holds the socket: Glance has put a half-sent image back.
        const again = await one.apply(await one.plan(wanted));
        assert.deepEqual(
          again.map(({ error }) => error),
          [undefined],
        );
        assert.equal((await one.planOne(wanted)).action, 'none');
        assert.equal(one.glance().visible('Ubuntu').length, 1);
        assert.equal(one.glance().visible('Ubuntu')[0]?.properties.build, replaces ? '2' : '1');
      }),
      { numRuns: 150 },
    );
  });
});

const storedSha256 = await (async () => {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(bytes).digest('hex');
})();
