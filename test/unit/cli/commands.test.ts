import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply } from '../../../src/cli/commands/apply.ts';
import { deleteImages } from '../../../src/cli/commands/delete.ts';
import { list } from '../../../src/cli/commands/list.ts';
import { findImage } from '../../../src/cli/commands/places.ts';
import { plan as planCommand } from '../../../src/cli/commands/plan.ts';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import type { ApplyOptions, Engine } from '../../../src/core/engine.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Cloud } from '../../../src/core/keystone/clouds/configuration.ts';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';
import { liveImage, placeNamed } from '../state/live-image.ts';
import { scripted } from './scripted-engine.ts';
import type { ApplyResult, ApplyStatus } from '../../../src/core/reconcile/model/result.ts';

const NOTHING = { size: null, md5: null, multihash: null };
const ID = '11111111-2222-4333-8444-555555555555';
const TEXT = JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'raw', local_file_path: 'a.raw' });

describe('commands', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-cli-'));
    await writeFile(join(folder, 'a.image.jsonc'), TEXT);
  });

  after(async () => rm(folder, { recursive: true, force: true }));

  function planned(rest: Partial<Plan> = {}): Plan {
    const file = join(folder, 'a.image.jsonc');
    const [definition] = parseDefinitions(TEXT, file).definitions;
    assert.ok(definition);
    const base = { id: 'plan-1', definition, place: placeNamed('RegionOne'), cloudChosenBy: 'the test' };
    const nothing = {
      changes: [],
      bytes: 'none',
      bytesToSend: 0,
      problems: [],
      fingerprint: '',
      unmanaged: [],
    } as const;
    return { ...base, action: 'create', ...nothing, ...rest };
  }

  function result(plan: Plan, status: ApplyStatus): ApplyResult {
    return { plan, status, verified: NOTHING, digests: [], bytesSent: 0 };
  }

  describe('apply', () => {
    async function ended(...statuses: ApplyStatus[]): Promise<number> {
      const plans = statuses.map((_, index) => planned({ id: String(index) }));
      const engine: Partial<Engine> = {
        plan: () => Promise.resolve(plans),
        apply: () => Promise.resolve(plans.map((plan, index) => result(plan, statuses[index] ?? 'failed'))),
      };
      return apply(['a.image.jsonc'], { autoApprove: true }, scripted(folder, engine).deps);
    }

    it('ends with the code that the worst result deserves', async () => {
      assert.equal(await ended('done', 'unchanged'), 0);
      assert.equal(await ended('done', 'unverified'), 3);
      assert.equal(await ended('unverified', 'failed'), 1);
      assert.equal(await ended('unverified', 'partial'), 1);
      assert.equal(await ended('blocked'), 1);
      assert.equal(await ended('declined'), 1);
      assert.equal(await ended('failed', 'cancelled', 'done'), 130);
      assert.equal(await ended(), 0);
    });

    it('hands over only what was agreed to', async () => {
      const plans = [planned({ id: '1' }), planned({ id: '2', action: 'none' })];
      for (const [answer, expected, code] of [
        [true, ['1', '2'], 0],
        [false, ['2'], 1],
        [undefined, ['2'], 1],
      ] as const) {
        let handed: readonly Plan[] = [];
        const engine: Partial<Engine> = {
          plan: () => Promise.resolve(plans),
          apply: (agreed: readonly Plan[]) => {
            handed = agreed;
            return Promise.resolve(agreed.map((plan) => result(plan, plan.action === 'none' ? 'unchanged' : 'done')));
          },
        };
        assert.equal(await apply(['a.image.jsonc'], {}, scripted(folder, engine, false, answer).deps), code);
        assert.deepEqual(
          handed.map(({ id }) => id),
          expected,
        );
      }
    });

    it('asks again for a plan that got worse, and has nobody asked after --auto-approve', async () => {
      const plan = planned();
      const given: ApplyOptions[] = [];
      const engine: Partial<Engine> = {
        plan: () => Promise.resolve([plan]),
        apply: (_plans: readonly Plan[], options: ApplyOptions = {}) => {
          given.push(options);
          return Promise.resolve([result(plan, 'done')]);
        },
      };
      await apply(['a.image.jsonc'], { autoApprove: true }, scripted(folder, engine).deps);
      const asked = scripted(folder, engine, false, true);
      await apply(['a.image.jsonc'], {}, asked.deps);
      const [approved, askedFor] = given;
      assert.equal(approved?.confirmAgain, undefined);
      assert.equal(await askedFor?.confirmAgain?.([planned({ action: 'replace' })]), true);
      assert.match(asked.errors(), /changed since the plan was made/);
      assert.match(asked.out(), /^replace: "a" in demo\/RegionOne$/m);
    });
  });

  describe('delete', () => {
    it('says which images are gone when it is cut, and ends as cancelled', async () => {
      const other = '11111111-2222-4333-8444-666666666666';
      const third = '11111111-2222-4333-8444-777777777777';
      const images = new Map([ID, other, third].map((id) => [id, liveImage(id, `image ${id.slice(-1)}`)]));
      const engine: Partial<Engine> = {
        place: () => Promise.resolve(placeNamed('RegionOne')),
        regions: () => Promise.resolve([placeNamed('RegionOne')]),
        image: (_place, id) => Promise.resolve(images.get(id) ?? liveImage(id, '')),
        deleteImage: (_place, id) => {
          if (id !== other) return Promise.resolve();
          run.abort.abort();
          return Promise.reject(new Failure('cancelled', 'Cancelled.'));
        },
      };
      const run = scripted(folder, engine, true);
      assert.equal(await deleteImages([ID, other, third], { json: true, autoApprove: true }, run.deps), 130);
      const { results } = JSON.parse(run.out()) as { results: { image_id: string; status: string }[] };
      assert.deepEqual(
        results.map(({ image_id: id, status }) => [id, status]),
        [
          [ID, 'deleted'],
          [other, 'cancelled'],
          [third, 'cancelled'],
        ],
      );
      assert.match(run.errors(), /^cancelled: "image 6" .* may or may not have been deleted$/m);
      assert.match(run.errors(), /^cancelled: "image 7" .* was not deleted$/m);
    });

    it('looks at many images once where nobody is asked, and at each again after a question', async () => {
      const ids = [1, 2, 3, 4, 5].map((digit) => `11111111-2222-4333-8444-55555555555${digit}`);
      const how: string[] = [];
      const engine: Partial<Engine> = {
        place: () => Promise.resolve(placeNamed('RegionOne')),
        regions: () => Promise.resolve([placeNamed('RegionOne')]),
        image: (_place, id) => Promise.resolve(liveImage(id, id)),
        deleteSeen: () => Promise.resolve(void how.push('as seen')),
        deleteImage: () => Promise.resolve(void how.push('after a look')),
      };
      await deleteImages(ids, { autoApprove: true }, scripted(folder, engine).deps);
      await deleteImages(ids, {}, scripted(folder, engine, false, true).deps);
      await deleteImages(ids.slice(1), { autoApprove: true }, scripted(folder, engine).deps);
      assert.deepEqual(how, [
        ...ids.map(() => 'as seen'),
        ...ids.map(() => 'after a look'),
        ...ids.slice(1).map(() => 'after a look'),
      ]);
    });

    it('deletes nothing by file while it is not certain what one of the definitions means', async () => {
      for (const code of [
        'ambiguous-image',
        'foreign-image',
        'apply-in-progress',
        'image-busy',
        'connection-refused',
      ] as const) {
        const certain = planned({ id: '1', action: 'none', live: liveImage(ID, 'a') });
        const problem = { severity: 'error', code, message: 'It is not.' } as const;
        const uncertain = planned({ id: '2', action: 'blocked', problems: [problem] });
        const run = scripted(folder, { plan: () => Promise.resolve([certain, uncertain]) });
        assert.equal(await deleteImages(['a.image.jsonc'], { autoApprove: true }, run.deps), 1);
        assert.match(
          run.errors(),
          new RegExp(`^a\\.image\\.jsonc:1:1: error: demo/RegionOne: It is not\\. \\[${code}\\]$`, 'm'),
        );
      }
    });

    it('asks for images of definitions without regard to their sources', async () => {
      let source: string | undefined = 'not asked';
      const engine: Partial<Engine> = {
        plan: (definitions) => {
          source = definitions[0]?.arguments.local_file_path;
          return Promise.resolve([]);
        },
      };
      assert.equal(await deleteImages(['a.image.jsonc'], {}, scripted(folder, engine).deps), 0);
      assert.equal(source, undefined);
    });
  });

  describe('findImage', () => {
    const places = [placeNamed('RegionOne'), placeNamed('RegionTwo')];

    it('does not choose between two regions that have the id', async () => {
      const { deps } = scripted(folder, { image: () => Promise.resolve(liveImage(ID, 'a')) });
      await assert.rejects(findImage(ID, places, deps), {
        code: 'image-ambiguous',
        next: 'Choose one with --region.',
      });
    });

    it('is not sure that there is none while a region does not answer', async () => {
      const engine: Partial<Engine> = {
        image: ({ region }) =>
          Promise.reject(
            region === 'RegionOne'
              ? new Failure('image-not-found', 'None.')
              : new Failure('connection-refused', 'It refuses.', { region }),
          ),
      };
      await assert.rejects(findImage(ID, places, scripted(folder, engine).deps), {
        code: 'connection-refused',
      });
    });
  });

  it('list ends as cancelled, not as a region that failed', async () => {
    const run = scripted(folder, {
      place: () => Promise.resolve(placeNamed('RegionOne')),
      regions: () => Promise.resolve([placeNamed('RegionOne')]),
      // eslint-disable-next-line require-yield, @typescript-eslint/require-await
      images: async function* () {
        run.abort.abort();
        throw new Failure('cancelled', 'Cancelled.');
      },
    });
    await assert.rejects(list({ json: true }, run.deps), { name: 'AbortError' });
    assert.equal(run.out(), '');
  });

  it('plan says what is wrong with the files of clouds, and which certificate is not checked', async () => {
    const { cloud: name, origin } = placeNamed('RegionOne');
    const cloud: Cloud = {
      name,
      origin,
      authType: 'password',
      auth: {},
      regions: [],
      interfaces: ['public'],
      tls: { verify: false },
      problems: [],
    };
    const broken = { severity: 'error', code: 'configuration-unreadable', message: 'secure.yaml is broken.' } as const;
    const run = scripted(folder, {
      plan: () => Promise.resolve([planned({ action: 'none' })]),
      clouds: () => Promise.resolve({ clouds: [cloud], files: [origin], problems: [broken] }),
    });
    assert.equal(await planCommand(['a.image.jsonc'], {}, run.deps), 0);
    assert.match(run.errors(), /^error: secure\.yaml is broken\. \[configuration-unreadable\]$/m);
    assert.match(
      run.errors(),
      /^warning: The certificate of cloud "demo" is not checked.* \[certificate-not-checked\]$/m,
    );
  });
});
