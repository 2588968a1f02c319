import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Definition, DefinitionArguments } from '../../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import { importState } from '../../../../../src/core/glance/imports.ts';
import { storesOf } from '../../../../../src/core/glance/stores.ts';
import { planConsequences } from '../../../../../src/core/reconcile/words/describe.ts';
import { readMarks } from '../../../../../src/core/reconcile/ownership/marks.ts';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import { storedFacts } from '../glance-model.ts';
import { definition, without, World } from '../world.ts';
import type { ApplyResult } from '../../../../../src/core/reconcile/model/result.ts';

const URL = 'https://images.example.org/ubuntu.img';
const BYTES = Buffer.from('what is on the web');
const SHA512 = `sha512:${createHash('sha512').update(BYTES).digest('hex')}`;

function wanted(extra: Partial<DefinitionArguments> = {}): Definition {
  const downloads = definition({ image_source_url: URL, web_download: true, ...extra });
  return without(downloads, 'local_file_path');
}

function world(regions?: readonly string[], etag: string | undefined = '"one"'): World {
  const made = new World(regions);
  made.publish(URL, BYTES, etag);
  return made;
}

function codes({ problems }: Plan): readonly string[] {
  return problems.map(({ code }) => code);
}

async function applyAll(one: World, asked: Definition): Promise<readonly ApplyResult[]> {
  return one.apply(await one.plan(asked));
}

/** Gives one region something else than the others find at the address. */
function gets(one: World, region: string, bytes: Buffer | undefined): void {
  const { web } = one.glance(region).stores;
  if (bytes === undefined) web.delete(URL);
  else web.set(URL, bytes);
}

describe('web_download', () => {
  it('has Glance fetch the source into a hidden image, which is published once it is verified', async () => {
    const one = world();
    one.glance().before = ({ method, id }) => {
      if (method === 'import') assert.equal(one.glance().images.get(id ?? '')?.os_hidden, true);
    };
    const asked = wanted({ image_source_checksum: SHA512 });
    const plan = await one.planOne(asked);
    assert.deepEqual([plan.action, plan.bytesToSend, codes(plan)], ['create', 0, []]);
    assert.match(
      planConsequences(plan).join('\n'),
      /Glance fetches https:.* itself; no data passes through this machine/,
    );
    const [result] = await one.apply([plan]);
    assert.equal(result?.status, 'done', JSON.stringify(result?.error));
    assert.deepEqual([result.verified, result.bytesSent], [{ size: null, md5: null, multihash: true }, 0]);
    assert.equal(one.glance().visible('Ubuntu').length, 1);
    assert.equal((await one.planOne(asked)).action, 'none');
    const phases = one.events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    assert.deepEqual(phases, ['staging', 'importing', 'verifying', 'publishing']);
  });

  it('whose source nobody knows a digest of is done but not verified, says why, and then plans to none', async () => {
    const one = world();
    const plan = await one.planOne(wanted());
    assert.deepEqual(codes(plan), ['web-download-unverified']);
    const [result] = await one.apply([plan]);
    assert.deepEqual([result?.status, result?.warnings?.map(({ code }) => code)], ['unverified', ['not-verified']]);
    assert.match(result?.warnings?.[0]?.message ?? '', /"image_source_checksum" to the md5 or sha512/);
    const [live] = one.glance().visible('Ubuntu');
    assert.ok(live);
    const sent = readMarks(live)?.sent;
    assert.deepEqual([sent?.etag, sent?.url?.length, sent?.sha512, sent?.size], ['"one"', 64, undefined, BYTES.length]);
    assert.equal((await one.planOne(wanted())).action, 'none');
  });

  it('with a checksum that Glance does not report says before and after that it proves nothing', async () => {
    const one = world();
    const asked = wanted({ image_source_checksum: `sha256:${'a'.repeat(64)}` });
    const plan = await one.planOne(asked);
    assert.match(plan.problems[0]?.message ?? '', /is a sha256, but Glance reports md5 and sha512/);
    const [result] = await one.apply([plan]);
    assert.equal(result?.status, 'unverified');
    assert.equal((await one.planOne(asked)).action, 'none');
  });

  it('of other bytes than the checksum says fails, and its image is deleted', async () => {
    const one = world();
    const result = await one.planAndApply(wanted({ image_source_checksum: `sha512:${'a'.repeat(128)}` }));
    assert.deepEqual([result.status, result.error?.code], ['failed', 'checksum-mismatch']);
    assert.match(result.error?.message ?? '', /The partial image .* was deleted/);
    assert.equal(one.glance().images.size, 0);
  });

  it('is told by the ETag: what moved is fetched, and kept or replaced as its hash says', async () => {
    const one = world();
    const first = await one.planAndApply(wanted());
    one.publish(URL, BYTES, '"two"');
    const plan = await one.planOne(wanted());
    assert.deepEqual([plan.action, plan.bytes], ['replace', 'unknown']);
    assert.match(planConsequences(plan).join('\n'), /replaced only if its hash then differs/);
    const [kept] = await one.apply([plan]);
    assert.deepEqual([kept?.imageId, kept?.replacedImageId], [first.imageId, undefined]);
    assert.deepEqual([...one.glance().images.keys()], [first.imageId]);
    assert.equal((await one.planOne(wanted())).action, 'none');
    one.publish(URL, Buffer.from('something new'), '"three"');
    const replaced = await one.planAndApply(wanted());
    assert.equal(replaced.replacedImageId, first.imageId);
    assert.equal(one.glance().visible('Ubuntu')[0]?.id, replaced.imageId);
    assert.equal((await one.planOne(wanted())).action, 'none');
  });

  it('from where this machine does not reach stays as it is, and says that it can’t be asked', async () => {
    const one = world();
    await one.planAndApply(wanted());
    one.web.clear();
    const plan = await one.planOne(wanted());
    assert.deepEqual([plan.action, codes(plan)], ['none', ['source-not-reached']]);
    const fresh = world();
    fresh.web.clear();
    assert.equal((await fresh.planAndApply(wanted())).status, 'unverified');
    assert.equal((await fresh.planOne(wanted())).action, 'none');
  });

  it('goes over to and from the bytes of this machine without another image', async () => {
    const one = world();
    await one.planAndApply(wanted());
    const path = '/images/ubuntu.qcow2';
    one.files.write(path, BYTES);
    const local = await one.planOne(definition());
    assert.equal(local.action, 'none', JSON.stringify(local.changes));
    one.files.write(path, Buffer.from('what is on the Web'));
    assert.equal((await one.planOne(definition())).action, 'replace');
  });

  it('survives a cloud that converts: not verified, and none afterwards', async () => {
    const one = world();
    one.glance().store = (bytes) => ({ ...storedFacts(Buffer.concat([bytes, bytes])), disk_format: 'raw' });
    const asked = wanted({ image_source_checksum: SHA512 });
    const result = await one.planAndApply(asked);
    assert.equal(result.status, 'unverified');
    assert.match(result.warnings?.[0]?.message ?? '', /converted the data \(qcow2, bare became raw, bare\)/);
    assert.equal((await one.planOne(asked)).action, 'none');
    const byEtag = world();
    byEtag.glance().store = one.glance().store;
    await byEtag.planAndApply(wanted());
    assert.equal((await byEtag.planOne(wanted())).action, 'none');
  });

  describe('of several regions', () => {
    const regions = ['RegionOne', 'RegionTwo', 'RegionThree'];

    it('compares what each has, and says that it is equal', async () => {
      const one = world(regions);
      const results = await applyAll(one, wanted());
      for (const { status, warnings } of results) {
        assert.equal(status, 'unverified');
        assert.match(warnings?.[0]?.message ?? '', /RegionOne and RegionTwo and RegionThree have the same bytes/);
      }
    });

    it('fails the one that got other bytes than the others, and deletes its image', async () => {
      const one = world(regions, undefined);
      gets(one, 'RegionTwo', Buffer.from('WHAT is on the web'));
      const results = await applyAll(one, wanted());
      assert.deepEqual(
        results.map(({ status, error }) => [status, error?.code]),
        [
          ['unverified', undefined],
          ['failed', 'regions-differ'],
          ['unverified', undefined],
        ],
      );
      assert.match(results[1]?.error?.message ?? '', /RegionOne: sha512 .*; RegionTwo: sha512 .* was deleted/);
      assert.equal(one.glance('RegionTwo').images.size, 0);
    });

    it('publishes none of two that differ where nothing says which is right', async () => {
      const one = world(['RegionOne', 'RegionTwo'], undefined);
      gets(one, 'RegionTwo', Buffer.from('WHAT is on the web'));
      const results = await applyAll(one, wanted());
      for (const { error } of results) assert.equal(error?.code, 'regions-differ');
      for (const region of ['RegionOne', 'RegionTwo']) assert.equal(one.glance(region).images.size, 0);
    });

    it('compares a region that comes later with those that have the image', async () => {
      const one = world(['RegionOne', 'RegionTwo']);
      gets(one, 'RegionTwo', undefined);
      const [, failed] = await applyAll(one, wanted());
      assert.equal(failed?.error?.code, 'import-failed');
      gets(one, 'RegionTwo', Buffer.from('WHAT is on the web'));
      const [, odd] = await applyAll(one, wanted());
      assert.equal(odd?.error?.code, 'regions-differ');
      gets(one, 'RegionTwo', BYTES);
      const [, fine] = await applyAll(one, wanted());
      assert.equal(fine?.status, 'unverified');
      for (const plan of await one.plan(wanted())) assert.equal(plan.action, 'none');
    });
  });

  describe('that a region does not offer', () => {
    it('is a problem at its line with a way out, before anything is made', async () => {
      const one = world();
      one.glance().stores.importMethods = ['glance-direct'];
      const plan = await one.planOne(wanted());
      assert.deepEqual([plan.action, codes(plan)], ['blocked', ['web-download-not-offered']]);
      assert.match(plan.problems[0]?.message ?? '', /it offers only glance-direct\. Remove "web_download"/);
      assert.deepEqual(plan.problems[0]?.fixes, [{ kind: 'set-argument', argument: 'web_download', value: false }]);
    });

    it('blocks nothing that needs no fetch', async () => {
      const one = world();
      await one.planAndApply(wanted());
      one.glance().before = ({ method }) => {
        if (method === 'methods') throw new Failure('glance-wrong-address', 'Nothing there.', { status: 404 });
      };
      assert.equal((await one.planOne(wanted({ min_disk_gb: 5 }))).action, 'update');
      const fresh = world();
      fresh.glance().before = one.glance().before;
      const plan = await fresh.planOne(wanted());
      assert.deepEqual(codes(plan), ['web-download-not-offered']);
      assert.match(plan.problems[0]?.message ?? '', /Nothing there\./);
    });
  });

  describe('while Glance is at work', () => {
    it('tells of the task and the time, and of a failure at the first look after it', async () => {
      const one = world();
      gets(one, 'RegionOne', undefined);
      one.glance().stores.held = true;
      let looks = 0;
      one.onLook = () => {
        looks += 1;
        const [id] = one.glance().stores.running;
        if (looks === 3 && id !== undefined) one.glance().stores.end(id);
      };
      const result = await one.planAndApply(wanted());
      assert.deepEqual([result.status, result.error?.code], ['failed', 'import-failed']);
      assert.match(
        result.error?.message ?? '',
        /: Task failed due to Internal Error\. The partial image .* was deleted/,
      );
      assert.equal(result.requestId, 'req-sharing');
      assert.equal(looks, 3);
      assert.deepEqual(
        one.events.flatMap((event) => (event.type === 'importing' ? [[event.task?.status, event.elapsed]] : [])),
        [
          ['pending', 0],
          ['pending', 1000],
          ['pending', 2000],
        ],
      );
      assert.equal(one.glance().images.size, 0);
    });

    it('ends where the task is never begun, and takes the image away', async () => {
      const one = world();
      one.glance().stores.held = true;
      const result = await one.planAndApply(wanted({ timeouts: { stall: '10s' } }));
      assert.equal(result.error?.code, 'import-not-started');
      assert.match(result.error.message, /has not started it in 10 s/);
      assert.equal(one.glance().images.size, 0);
    });

    it('ends where its task failed and nobody took the lock off the image', async () => {
      const one = world();
      one.glance().stores.held = true;
      one.onLook = () => {
        const [id = ''] = one.glance().stores.running;
        one.glance().stores.tell(id, 'failure', 'The task engine could not be loaded');
      };
      const result = await one.planAndApply(wanted({ timeouts: { stall: '1h' } }));
      assert.equal(result.error?.code, 'import-failed');
      assert.match(result.error.message, /: The task engine could not be loaded\. The partial image .* was deleted/);
    });

    it('can’t be cancelled: the image is left, which is said, and the next apply waits for it', async () => {
      const one = world();
      one.glance().stores.held = true;
      const abort = new AbortController();
      one.onLook = () => abort.abort();
      const [cancelled] = await one.apply(await one.plan(wanted()), { signal: abort.signal });
      assert.equal(cancelled?.status, 'cancelled');
      assert.match(
        cancelled.error?.message ?? '',
        /can't be cancelled: Glance keeps filling the hidden image .* Delete that image/,
      );
      const [id = ''] = one.glance().stores.running;
      assert.equal(cancelled.imageId, id);
      const plan = await one.planOne(wanted());
      assert.deepEqual([plan.action, plan.imageId, codes(plan)[0]], ['create', id, 'web-download-unverified']);
      assert.ok(codes(plan).includes('resumes-staged-image'));
      one.onLook = () => {
        if (one.glance().stores.running.length > 0) one.glance().stores.end(id);
      };
      const imports = one.glance().calls.filter(({ method }) => method === 'import').length;
      const [result] = await one.apply([plan]);
      assert.deepEqual([result?.status, result?.imageId], ['unverified', id]);
      assert.equal(one.glance().calls.filter(({ method }) => method === 'import').length, imports);
      assert.equal((await one.planOne(wanted())).action, 'none');
    });

    describe('for an apply that was cut', () => {
      const MINUTE = 60_000;
      const both = wanted({ regions: ['RegionOne', 'RegionTwo'], timeouts: { stall: '10s' } });
      let one: World;
      let forgotten: string;

      beforeEach(async () => {
        one = world(['RegionOne', 'RegionTwo']);
        one.glance().stores.held = true;
        const abort = new AbortController();
        one.onLook = () => abort.abort();
        await one.apply(await one.plan(both), { signal: abort.signal });
        [forgotten = ''] = one.glance().stores.running;
        one.glance().stores.tell(forgotten, 'processing');
        one.onLook = () => undefined;
      });

      function later(minutes: number): void {
        one.now = new Date(one.now.getTime() + minutes * MINUTE);
      }

      it('is not waited for without progress', async () => {
        const [stuck, other] = await applyAll(one, both);
        assert.deepEqual([stuck?.status, stuck?.error?.code, stuck?.imageId], ['failed', 'apply-stuck', forgotten]);
        assert.match(stuck?.error?.next ?? '', /From 2026-01-01T01:00:\d\d\.000Z on, --recover-stuck deletes/);
        assert.equal(other?.status, 'unverified', other?.error?.message);
      });

      it('is not deleted by consent while Glance may be at work on it', async () => {
        one.recoverStuck = true;
        later(55);
        const [stuck] = await applyAll(one, both);
        assert.equal(stuck?.error?.code, 'apply-stuck');
        assert.ok(one.glance().images.has(forgotten));
      });

      it('is not deleted by consent where Glance has written to its task since', async () => {
        one.recoverStuck = true;
        later(90);
        one.glance().stores.tell(forgotten, 'processing', 'Copied 2 MiB', '2026-01-01T00:40:00');
        const [stuck] = await applyAll(one, both);
        assert.equal(stuck?.error?.code, 'apply-stuck');
        assert.ok(one.glance().images.has(forgotten));
      });

      it('is made anew by consent, without a wait, once Glance takes it for dead itself', async () => {
        one.recoverStuck = true;
        one.glance().stores.held = false;
        later(61);
        let looks = 0;
        one.onLook = () => (looks += 1);
        const [again] = await applyAll(one, both);
        assert.equal(again?.status, 'unverified', again?.error?.message);
        assert.notEqual(again.imageId, forgotten);
        assert.ok(!one.glance().images.has(forgotten));
        assert.equal(looks, 0);
      });

      it('is not said to go on where another one could not be made in its place', async () => {
        one.recoverStuck = true;
        later(61);
        one.glance().before = ({ method }) => {
          if (method === 'create' && !one.glance().images.has(forgotten))
            throw new Failure('quota-exceeded', 'Full.', { status: 413 });
        };
        const [failed] = await applyAll(one, both);
        assert.equal(failed?.error?.code, 'quota-exceeded');
        assert.deepEqual(failed.left, { kind: 'deleted', id: forgotten });
        assert.ok(!one.glance().images.has(forgotten));
      });

      it('may be pending for two hours', async () => {
        one.recoverStuck = true;
        one.glance().stores.tell(forgotten, 'pending');
        later(119);
        assert.equal((await applyAll(one, both))[0]?.status, 'failed');
        assert.ok(one.glance().images.has(forgotten));
      });
    });

    it('for another source than is wanted by now, the image is not deleted unasked', async () => {
      const one = world();
      one.glance().stores.held = true;
      const abort = new AbortController();
      one.onLook = () => abort.abort();
      await one.apply(await one.plan(wanted()), { signal: abort.signal });
      one.publish(URL, Buffer.from('new'), '"two"');
      const plan = await one.planOne(wanted());
      assert.deepEqual([plan.action, codes(plan)], ['blocked', ['apply-stuck']]);
      one.recoverStuck = true;
      one.glance().stores.held = false;
      assert.equal((await one.planAndApply(wanted())).status, 'unverified');
      assert.equal(one.glance().images.size, 1);
    });

    it('outlives answers that are lost, and an import whose answer was lost', async () => {
      const one = world();
      let lost = 0;
      one.glance().before = ({ method }) => {
        if ((method !== 'import' && method !== 'tasks') || lost > 3) return;
        lost += 1;
        throw new Failure('connection-lost', 'The connection broke.');
      };
      assert.equal((await one.planAndApply(wanted())).status, 'failed');
      one.glance().before = ({ method }) => {
        if (method !== 'tasks' || lost > 8) return;
        lost += 1;
        throw new Failure('server-error', 'Internal Error', { status: 500 });
      };
      assert.equal((await one.planAndApply(wanted())).status, 'unverified');
    });

    it('takes no longer than the definition says, and leaves what Glance is still at', async () => {
      const one = world();
      one.glance().stores.held = true;
      one.onLook = () => one.timers.get(90_000)?.();
      const result = await one.planAndApply(wanted({ timeouts: { create: '90s', stall: '1h' } }));
      assert.equal(result.error?.code, 'create-timeout');
      assert.match(result.error.message, /keeps filling/);
      assert.equal(one.timers.size, 0);
    });
  });

  describe('into stores', () => {
    it('fills all of them at once, without a right to copy', async () => {
      const one = world();
      one.glance().stores.mayCopy = false;
      const asked = wanted({ stores: 'all', image_source_checksum: SHA512 });
      const result = await one.planAndApply(asked);
      assert.equal(result.status, 'done', JSON.stringify(result.error));
      assert.ok(result.live);
      assert.deepEqual([...storesOf(result.live)].sort(), ['fast', 'slow']);
      assert.equal((await one.planOne(asked)).action, 'none');
    });

    it('that fail is partial, and serves from the others', async () => {
      const one = world();
      one.glance().stores.broken.add('slow');
      const result = await one.planAndApply(wanted({ stores: 'all' }));
      assert.deepEqual([result.status, result.error?.code], ['partial', 'copy-failed']);
      assert.ok(result.live);
      assert.deepEqual(storesOf(result.live), ['fast']);
      assert.equal(one.glance().visible('Ubuntu').length, 1);
    });
  });

  it('is gone on with after a cut at any step', async () => {
    for (let cut = 1; ; cut += 1) {
      const one = world();
      let writes = 0;
      const dead = (): never => {
        throw new Failure('unexpected', 'The process is gone.');
      };
      one.glance().before = ({ method }) => {
        if (['create', 'patch', 'import', 'delete'].includes(method)) writes += 1;
        if (writes >= cut) dead();
      };
      const first = await one.planAndApply(wanted());
      one.glance().before = () => undefined;
      for (const image of one.glance().visible('Ubuntu')) assert.equal(image.status, 'active');
      const second = await one.planAndApply(wanted());
      assert.equal(second.error, undefined, `cut at ${String(cut)}: ${JSON.stringify(second.error)}`);
      assert.equal(one.glance().visible('Ubuntu').length, 1);
      assert.equal((await one.planOne(wanted())).action, 'none');
      if (first.error === undefined) {
        assert.ok(cut > 3);
        return;
      }
    }
  });
});

describe('how an import stands', () => {
  const image = (status: string, lock: boolean): LiveImage => {
    const live = new World().glance().add({ status });
    return lock ? { ...live, server: { os_glance_import_task: 'a task' } } : live;
  };
  const task = (status: string) => [{ id: 'a task', status, message: '', createdAt: '', updatedAt: '' }];

  for (const [status, lock, tasks, state] of [
    ['queued', true, task('pending'), 'running'],
    ['queued', true, undefined, 'running'],
    ['importing', true, task('processing'), 'running'],
    ['active', true, task('processing'), 'running'],
    ['active', false, task('success'), 'done'],
    ['active', false, undefined, 'done'],
    ['queued', false, task('failure'), 'failed'],
    ['queued', false, undefined, 'failed'],
    ['queued', false, [], 'failed'],
    ['queued', false, task('processing'), 'running'],
    ['importing', false, task('failure'), 'failed'],
    ['killed', false, task('processing'), 'failed'],
  ] as const) {
    it(`${status}, ${lock ? 'locked' : 'not locked'}, task ${tasks?.[0]?.status ?? 'unknown'}: ${state}`, () => {
      assert.equal(importState(image(status, lock), tasks).kind, state);
    });
  }
});
