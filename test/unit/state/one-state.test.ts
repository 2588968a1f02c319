import assert from 'node:assert/strict';
import type { LiveImage } from '../../../src/core/glance/image.ts';
import { markProperties } from '../../../src/core/reconcile/ownership/marks.ts';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../../src/core/reconcile/model/result.ts';
import { showResult } from '../../../src/features/apply/show-result.ts';
import { planStateInWords } from '../../../src/state/definitions/plan-state-words.ts';
import { showRollback, type ShowRollbackOptions } from '../../../src/features/rollback/show-rollback.ts';
import { CloudsStore } from '../../../src/state/clouds/clouds.ts';
import { ImageManagement } from '../../../src/state/clouds/image-management.ts';
import { LiveImages } from '../../../src/state/clouds/live-images.ts';
import { driftOf } from '../../../src/state/definitions/drift.ts';
import { PlansStore } from '../../../src/state/definitions/plans.ts';
import { SavedDefinitions } from '../../../src/state/definitions/saved-definitions.ts';
import { liveImage, placeNamed } from './live-image.ts';
import { definitionOf, planOf } from './sample-plans.ts';
import { StoppedClock } from './stopped-clock.ts';

const place = placeNamed('RegionOne');
const definition = definitionOf({ min_disk_gb: 1 });

/** A region with one image of the definition, which differs from it, and all that the editor shows of it. */
class World {
  readonly live = new Map<string, LiveImage>();
  readonly plans: PlansStore;
  readonly clouds: CloudsStore;
  readonly management: ImageManagement;
  readonly #feeds: ShowRollbackOptions;
  #seconds = 0;
  #ids = 0;

  constructor() {
    const images = new LiveImages();
    this.plans = new PlansStore(images);
    this.management = new ImageManagement(this.plans, new SavedDefinitions());
    const source = {
      clouds: () =>
        Promise.resolve({
          clouds: [
            {
              name: place.cloud,
              origin: place.origin,
              authType: 'password',
              auth: {},
              regions: [],
              interfaces: ['public' as const],
              tls: { verify: true },
              problems: [],
            },
          ],
          files: [],
          problems: [],
        }),
      regions: () => Promise.resolve([place]),
      images: async function* (this: World) {
        yield await Promise.resolve([...this.live.values()]);
      }.bind(this),
      image: (_at: unknown, id: string) => Promise.resolve(this.live.get(id)),
    };
    this.clouds = new CloudsStore(
      (work) => work(source),
      () => 100,
      { images, clock: new StoppedClock() },
    );
    this.#feeds = {
      plans: this.plans,
      clouds: this.clouds,
      engines: { use: (work: (engine: unknown) => unknown) => work(source) },
      log: { debug: (line: string) => assert.equal(line, '') },
    } as unknown as ShowRollbackOptions;
    this.#write(this.#made(2));
  }

  get serving(): LiveImage {
    const found = [...this.live.values()].find((image) => !image.os_hidden);
    assert.ok(found);
    return found;
  }

  /** Somebody changes the image by hand. */
  async change(): Promise<void> {
    await Promise.resolve();
    this.#write({ ...this.serving, min_disk: this.serving.min_disk + 1 });
  }

  async list(): Promise<void> {
    this.clouds.refresh();
    const region = await this.clouds.open(place);
    assert.ok(region);
  }

  async plan(): Promise<Plan> {
    await Promise.resolve();
    const live = this.serving;
    const differs = live.min_disk !== 1;
    const plan = planOf(definition, {
      action: differs ? 'replace' : 'none',
      live,
      imageId: live.id,
      changes: differs
        ? [{ path: 'min_disk_gb', before: live.min_disk, after: 1, forcesReplacement: true, why: 'differs' }]
        : [],
    });
    this.plans.remember([plan]);
    return plan;
  }

  async apply(): Promise<void> {
    const plan = await this.plan();
    const common = { plan, verified: { size: true, md5: true, multihash: true }, digests: [], bytesSent: 0 };
    const done = (): ApplyResult => {
      const made = this.#made(1);
      this.#write({ ...this.serving, os_hidden: true });
      this.#write(made);
      const replaced = plan.live?.id ?? '';
      return { ...common, status: 'done', imageId: made.id, replacedImageId: replaced, live: this.serving };
    };
    const result: ApplyResult =
      plan.action === 'none'
        ? { ...common, status: 'unchanged', imageId: this.serving.id, live: this.serving }
        : done();
    this.plans.noteResult(result);
    await showResult(result, this.#feeds);
  }

  async rollBack(): Promise<void> {
    const current = this.serving;
    const [previous] = [...this.live.values()].filter(({ os_hidden: hidden }) => hidden);
    if (previous === undefined) return;
    this.#write({ ...previous, os_hidden: false });
    this.#write({ ...current, os_hidden: true });
    const rollback = {
      id: '',
      definition,
      place,
      cloudChosenBy: '',
      current,
      previous,
      problems: [],
      fingerprint: '',
    };
    await showRollback({ rollback, status: 'done' }, this.#feeds);
  }

  /** No row, badge, lens or mark in the file says what is not so, by what was fed last. */
  check(fed: string, changedUnseen: boolean): void {
    const lens = planStateInWords(this.plans.stateOf(definition))?.title ?? '';
    const drift = driftOf(definition, this.plans.recordsOf(definition));
    const isEqual = this.serving.min_disk === 1;
    for (const image of this.live.values()) {
      const row = this.clouds.loadedImage(place, image.id);
      if (row !== undefined && !changedUnseen) assert.deepEqual(row, image, `row after ${fed}`);
      const { kind } = this.management.of(place, row ?? image);
      if (changedUnseen) continue;
      if (kind === 'equal') assert.ok(isEqual && image.id === this.serving.id, `${kind} after ${fed}`);
      if (kind === 'differs') assert.ok(!isEqual && image.id === this.serving.id, `${kind} after ${fed}`);
      assert.equal(kind === 'differs' && drift.length === 0, false, `mark in the file after ${fed}`);
    }
    if (changedUnseen) return;
    if (/Applied|No changes/.test(lens)) assert.ok(isEqual, `"${lens}" after ${fed}`);
    if (lens.includes('replaced')) assert.ok(!isEqual, `"${lens}" after ${fed}`);
    if (drift.length > 0) assert.ok(!isEqual, `marked in the file after ${fed}`);
  }

  /** What the editor has to know after a plan or an apply: not less than is true. */
  checkKnown(): void {
    const { kind } = this.management.of(place, this.serving);
    assert.equal(kind, this.serving.min_disk === 1 ? 'equal' : 'differs');
  }

  #made(minDisk: number): LiveImage {
    this.#ids += 1;
    const id = String(this.#ids);
    return liveImage(id, 'a', { min_disk: minDisk, properties: markProperties(id, { key: 'a', owns: [] }) });
  }

  #write(image: LiveImage): void {
    this.#seconds += 1;
    const updated = new Date(Date.UTC(2026, 1, 1, 0, 0, this.#seconds)).toISOString();
    this.live.set(image.id, { ...image, updated_at: updated });
  }
}

const STEPS = {
  list: (world) => world.list(),
  plan: (world) => world.plan(),
  apply: (world) => world.apply(),
  'roll back': (world) => world.rollBack(),
} as const satisfies Record<string, (world: World) => Promise<unknown>>;

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first) => orders(items.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}

const NAMES = Object.keys(STEPS) as readonly (keyof typeof STEPS)[];

describe('rows, badges, lenses and marks in the file', () => {
  for (const order of orders(NAMES)) {
    it(`say what is so after ${order.join(', ')}`, async () => {
      const world = new World();
      const done: string[] = [];
      for (const step of [...order, ...order]) {
        await STEPS[step](world);
        done.push(step);
        world.check(done.join(', '), false);
        if (step === 'plan' || step === 'apply') world.checkKnown();
      }
    });
  }

  for (const seenBy of ['list', 'plan', 'apply'] as const) {
    it(`follow what somebody else changed once it is seen by ${seenBy}`, async () => {
      const world = new World();
      await world.list();
      await world.apply();
      await world.change();
      world.check('a change that nothing has read', true);
      await STEPS[seenBy](world);
      world.check(seenBy, false);
    });
  }

  it('do not go back to what a page holds that was requested before', () => {
    const images = new LiveImages();
    const before = liveImage('1', 'a');
    const after = { ...before, updated_at: '2026-01-02T00:00:00Z' };
    images.note(place, after);
    assert.equal(images.note(place, before), after);
  });
});
