import assert from 'node:assert/strict';
import { Turns } from '../../turns.ts';
import { definition, World } from '../../world.ts';

const path = '/images/ubuntu.qcow2';

/** How many images an apply asked Glance for. */
async function tries(world: World): Promise<number> {
  world.glance().calls.length = 0;
  const { status, error } = await world.planAndApply(definition());
  assert.equal(status, 'done', error?.message);
  return world.glance().calls.filter(({ method }) => method === 'create').length;
}

describe('the id of a new image', () => {
  it('is found in two tries, however many images of its key were deleted', async () => {
    const world = new World();
    world.files.write(path, Buffer.from('the bytes'));
    for (let made = 0; made < 12; made += 1) {
      assert.ok((await tries(world)) <= (made === 0 ? 1 : 2));
      for (const id of world.glance().images.keys()) await world.glance().delete(id);
    }
  });

  it('is found in one try, however many images it replaces in turn', async () => {
    const world = new World();
    for (let made = 0; made < 12; made += 1) {
      world.files.write(path, Buffer.from(`bytes ${made}`));
      assert.equal(await tries(world), 1);
    }
  });

  it('is no other one for an apply that goes on with what an earlier one left', async () => {
    const world = new World();
    world.files.write(path, Buffer.from('the bytes'));
    await world.planAndApply(definition());
    for (const id of world.glance().images.keys()) await world.glance().delete(id);
    const glance = world.glance();
    glance.before = ({ method }) => {
      if (method === 'upload') throw new Error('The process ends here.');
    };
    const left = await world.planAndApply(definition({ timeouts: { stall: '1s' } })).catch(() => undefined);
    glance.before = () => undefined;
    assert.notEqual(left?.status, 'done');
    await world.planAndApply(definition());
    assert.equal(glance.images.size, 1);
  });

  for (const recovers of [false, true])
    it(`keeps two machines apart that make an image after its deletion at once, in every order${recovers ? ', told to recover' : ''}`, async () => {
      const ended = new Set<string>();
      for (let one = 1; one < 12; one += 1)
        for (let two = 1; two < 12; two += 1) {
          const first = new World(['RegionOne'], undefined, 'first');
          first.files.write(path, Buffer.from('the bytes'));
          await first.planAndApply(definition());
          for (const id of first.glance().images.keys()) await first.glance().delete(id);
          const second = new World(['RegionOne'], first, 'second');
          second.files.write(path, Buffer.from('the bytes'));
          second.recoverStuck = recovers;
          for (const count of [1, 2, 3]) {
            first.runs.elsewhere.add(`second-${count}`);
            second.runs.elsewhere.add(`first-${count}`);
          }
          const turns = new Turns([one, two, 2]);
          const statuses = await Promise.all(
            [first, second].map(async (world, index) => {
              const machine = index === 0 ? 0 : 1;
              world.seen = (images) => turns.through(machine, images);
              try {
                return (await world.planAndApply(definition())).status;
              } finally {
                turns.end(machine);
              }
            }),
          );
          ended.add(statuses.join(' '));
          assert.ok(first.glance().visible('Ubuntu').length <= 1, `${one} ${two}: two images serve`);
        }
      assert.ok(ended.has('done unchanged') || ended.has('done blocked'), [...ended].join(', '));
      assert.ok(ended.size > 2, [...ended].join(', '));
    });
});
