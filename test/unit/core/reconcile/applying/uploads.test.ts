import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { until } from '../turns.ts';
import { definition, World } from '../world.ts';

describe('an upload whose connection breaks', () => {
  let world: World;

  beforeEach(() => {
    world = new World(['RegionOne', 'RegionTwo']);
    world.files.write('/images/ubuntu.qcow2', Buffer.from('bytes'));
  });

  /** Cuts the first uploads to RegionTwo, and holds the one to RegionOne until it is let go. */
  function cut(times: number): { readonly letGo: () => void } {
    const held = Promise.withResolvers<undefined>();
    let left = times;
    const slow = world.glance('RegionOne');
    const open = slow.upload.bind(slow);
    slow.upload = async (id, size) => {
      const upload = await open(id, size);
      const finish = async (): Promise<string> => {
        await held.promise;
        return upload.finish();
      };
      return { ...upload, finish };
    };
    world.glance('RegionTwo').before = ({ method }) => {
      if (method !== 'write' || left === 0) return;
      left -= 1;
      throw new Failure('connection-lost', 'The connection broke.');
    };
    return { letGo: () => held.resolve(undefined) };
  }

  it('says so and is sent again at once, whatever the other regions do', async () => {
    const { letGo } = cut(1);
    const plans = await world.plan(definition());
    const two = plans.find(({ place }) => place.region === 'RegionTwo')?.id;
    const applied = world.apply(plans);
    await until(() => world.events.some(({ type, plan }) => type === 'result' && plan === two));
    const told = world.events
      .filter(({ plan }) => plan === two)
      .map((event) => ('phase' in event ? event.phase : event.type));
    assert.deepEqual(
      told.filter((each) => ['uploading', 'lost', 'result'].includes(each)),
      ['uploading', 'lost', 'uploading', 'result'],
    );
    assert.equal(world.glance('RegionTwo').visible('Ubuntu').length, 1);
    assert.equal(world.glance('RegionOne').visible('Ubuntu').length, 0);
    letGo();
    assert.deepEqual(
      (await applied).map(({ status }) => status),
      ['done', 'done'],
    );
  });

  it('fails at its own time where it breaks again', async () => {
    const { letGo } = cut(2);
    const plans = await world.plan(definition());
    const applied = world.apply(plans);
    await until(() => world.events.some(({ type }) => type === 'result'));
    assert.equal(world.glance('RegionOne').visible('Ubuntu').length, 0);
    letGo();
    assert.deepEqual(
      (await applied).map(({ status, error }) => [status, error?.code]),
      [
        ['done', undefined],
        ['failed', 'connection-lost'],
      ],
    );
  });
});
