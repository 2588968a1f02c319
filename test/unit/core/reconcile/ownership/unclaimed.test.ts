import assert from 'node:assert/strict';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import { markProperties, type Marks } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { findUnclaimed } from '../../../../../src/core/reconcile/ownership/unclaimed.ts';
import { silentLog } from '../../../silent-log.ts';
import { definition, place, World } from '../world.ts';

const staging = { run: 'a.b', started: '2026-01-01T00:00:00Z', phase: 'staging' } as const;

describe('images that no definition means', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  function made(id: string, marks: Partial<Marks>, extra: Partial<LiveImage> = {}): void {
    world.glance().add({ id, properties: markProperties(id, { key: 'gone', owns: [], ...marks }), ...extra });
  }

  async function found(why: 'for pruning' | 'to show', plans?: readonly Plan[]): Promise<readonly string[]> {
    const all = plans ?? (await world.plan(definition()));
    const region = (): ReturnType<Parameters<typeof findUnclaimed>[1]> =>
      Promise.resolve({ images: world.glance(), project: 'project-1' });
    return (await findUnclaimed(all, region, undefined, silentLog, why)).map(({ image }) => image.id).sort();
  }

  it('are those that this tool made; replaced ones only for pruning, and none that an apply works on', async () => {
    made('a', {});
    made('b', { replacedBy: 'a' }, { os_hidden: true });
    made('c', { state: staging }, { os_hidden: true });
    made('d', { key: 'Ubuntu' });
    made('e', { key: 'Ubuntu', replacedBy: 'd' }, { os_hidden: true });
    made('f', {}, { owner: 'project-2' });
    world.glance().add({ id: 'g', name: 'gone' });
    world.glance().add({ id: 'h', properties: { ...markProperties('a', { key: 'gone', owns: [] }) } });
    assert.deepEqual(await found('to show'), ['a']);
    assert.deepEqual(await found('for pruning'), ['a', 'b']);
  });

  it('are never pruned if a definition for another entry of clouds.yaml has their key', async () => {
    made('a', {});
    const [plan = assert.fail()] = await world.plan(definition());
    const elsewhere = {
      ...plan,
      definition: definition({ key: 'gone' }),
      place: { ...place('RegionOne'), cloud: 'other' },
    };
    assert.deepEqual(await found('for pruning', [plan, { ...elsewhere, cloudChosenBy: '' }]), []);
    assert.deepEqual(
      await found('for pruning', [plan, { ...elsewhere, place: place('RegionTwo'), cloudChosenBy: '' }]),
      ['a'],
    );
  });
});
