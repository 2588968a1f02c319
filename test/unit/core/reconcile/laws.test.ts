import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  definitionKey,
  type Definition,
  type DefinitionArguments,
} from '../../../../src/core/definition/definition.ts';
import { matchesGlob } from '../../../../src/core/globs.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { isMark } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import { definition, without, World } from './world.ts';

/** Worlds and definitions for each law. */
const RUNS = 400;
const FILES = ['/images/one.qcow2', '/images/two.qcow2'] as const;
const URLS = ['https://images.example.org/one', 'https://images.example.org/unreached'] as const;
const OURS = 'project-1';

const names = fc.constantFrom('Alma', 'Debian', 'Ubuntu');
const propertyNames = fc.constantFrom('os_distro', 'hw_disk_bus', 'a/b~c', 'owner_specified.openstack.md5', 'größe');
const propertyValues = fc.constantFrom('x', 'y', '');

/** Arguments of a definition, each written or not. */
const written: fc.Arbitrary<Partial<DefinitionArguments>> = fc
  .record(
    {
      name: names,
      key: fc.constantFrom('k1', 'k2'),
      container_format: fc.constantFrom('bare', 'ovf'),
      local_file_path: fc.constantFrom(...FILES),
      image_source_url: fc.constantFrom(...URLS),
      min_disk_gb: fc.constantFrom(0, 5),
      visibility: fc.constantFrom('private', 'community'),
      protected: fc.boolean(),
      hidden: fc.boolean(),
      tags: fc.subarray(['lts', 'ci']),
      properties: fc.dictionary(propertyNames, fc.option(propertyValues)),
      ignore: fc.subarray(['hw_*', 'os_?istro']),
      on_replace: fc.constantFrom('hide', 'delete', 'deactivate', 'keep'),
      verify_checksum: fc.boolean(),
      members: fc.subarray(['a', 'b'], { minLength: 1 }),
      stores: fc.constantFrom<('all' | readonly string[])[]>('all', ['fast'], ['slow'], ['slow', 'fast']),
    },
    { requiredKeys: [] },
  )
  .map(({ properties = {}, ignore = [], members, image_source_url: url, ...rest }) => ({
    ...rest,
    // A URL is fetched by Glance here: the others are files as soon as they are fetched.
    ...(url === undefined ? {} : { image_source_url: url, web_download: true }),
    ...(members === undefined ? {} : { members, visibility: 'shared' as const }),
    ignore,
    // A definition that names what it ignores is refused before any plan.
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !matchesGlob(ignore, name))),
  }));

/** Images that others made, or that bear marks which should not count. */
const strangers: fc.Arbitrary<readonly Partial<LiveImage>[]> = fc.array(
  fc.record({
    name: names,
    owner: fc.constantFrom(OURS, 'project-2'),
    status: fc.constantFrom('active', 'queued', 'deactivated', 'saving', 'importing', 'killed'),
    visibility: fc.constantFrom('private', 'shared', 'community'),
    os_hidden: fc.boolean(),
    protected: fc.boolean(),
    disk_format: fc.constant('qcow2'),
    container_format: fc.constant('bare'),
    size: fc.constantFrom(null, 3, 100),
    tags: fc.subarray(['theirs']),
    properties: fc.oneof(
      fc.dictionary(propertyNames, propertyValues),
      // Forged, copied by Nova, or broken.
      fc.record({
        'glance_images.self': fc.constantFrom('somebody-else', '[object Object]'),
        'glance_images.key': fc.constantFrom('k1', 'Ubuntu'),
        'glance_images.owns': fc.constantFrom('["name"]', '{', 'null'),
        'glance_images.state': fc.constantFrom('{"phase":"staging"}', '[]'),
        image_type: fc.constantFrom('snapshot', 'image'),
      }),
    ),
  }),
  { maxLength: 4 },
);

function worldWith(images: readonly Partial<LiveImage>[]): World {
  const world = new World();
  for (const [index, path] of FILES.entries()) world.files.write(path, Buffer.from(`bytes ${String(index)}`));
  const [seen, unreached] = URLS;
  world.publish(seen, Buffer.from('bytes 0'), '"etag"');
  world.publish(unreached, Buffer.from('bytes 2'));
  world.web.delete(unreached);
  for (const image of images) world.glance().add(image);
  return world;
}

function defined(extra: Partial<DefinitionArguments>): Definition {
  const { local_file_path: path = FILES[0], ...rest } = extra;
  const made = definition({ local_file_path: path, ...rest });
  return made.arguments.web_download === true ? without(made, 'local_file_path') : made;
}

function snapshot(world: World): ReadonlyMap<string, string> {
  return new Map([...world.glance().images].map(([id, image]) => [id, JSON.stringify(image)]));
}

/** What a plan says, without what differs from one run to the next. */
function said({ action, changes, problems, bytes, unmanaged, definition: of }: Plan): string {
  const codes = problems.map(({ code }) => code);
  return JSON.stringify([definitionKey(of), action, changes, codes, bytes, unmanaged]);
}

describe(`laws of the engine, each on ${String(RUNS)} worlds`, () => {
  it('applying a plan and planning again gives none, or the same block', async () => {
    await fc.assert(
      fc.asyncProperty(strangers, fc.array(written, { minLength: 1, maxLength: 3 }), async (images, steps) => {
        const world = worldWith(images);
        for (const step of steps) {
          const wanted = defined(step);
          const [plan] = await world.plan(wanted);
          assert.ok(plan);
          const before = snapshot(world);
          const [result] = await world.apply([plan]);
          const again = await world.planOne(wanted);
          if (plan.action === 'blocked') {
            assert.equal(result?.status, 'blocked');
            assert.deepEqual(snapshot(world), before, 'a blocked plan changed something');
            assert.equal(said(again), said(plan));
            assert.ok(plan.problems.some(({ severity }) => severity === 'error'));
            continue;
          }
          assert.equal(result?.error, undefined, JSON.stringify(result?.error));
          assert.equal(again.action, 'none', `${plan.action} is followed by ${said(again)}`);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('no plan touches what is not ours: images of others, and properties that nobody of ours wrote', async () => {
    await fc.assert(
      fc.asyncProperty(strangers, fc.array(written, { minLength: 1, maxLength: 3 }), async (images, steps) => {
        const world = worldWith(images);
        const theirs = new Set(world.glance().images.keys());
        const before = snapshot(world);
        for (const step of steps) {
          const wanted = defined(step);
          await world.planAndApply(wanted);
          // Somebody writes a property of his own on whatever is there, between two applies.
          for (const [id, image] of world.glance().images) {
            if (theirs.has(id)) continue;
            const properties = { ...image.properties, 'somebody.else': id };
            world.glance().images.set(id, { ...image, properties });
          }
          await world.planAndApply(wanted);
        }
        for (const id of theirs) assert.equal(snapshot(world).get(id), before.get(id), 'a stranger was touched');
        for (const [id, { properties }] of world.glance().images) {
          if (theirs.has(id)) continue;
          assert.equal(properties['somebody.else'], id, 'a property of somebody else was touched');
          const known = new Set(steps.flatMap(({ properties: of = {} }) => Object.keys(of)));
          const unknown = Object.keys(properties).filter((name) => !isMark(name) && !known.has(name));
          assert.deepEqual(unknown, ['somebody.else']);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('an image that takes the place of another has what others set on that one, where no definition speaks of it', async () => {
    const foreign = fc.record({
      min_ram: fc.constantFrom(0, 512),
      tags: fc.subarray(['theirs', 'ci']),
      properties: fc.dictionary(fc.constantFrom('hw_model', 'os_distro', 'a/b~c'), propertyValues),
    });
    let replacements = 0;
    await fc.assert(
      fc.asyncProperty(written, foreign, async (step, { properties, ...theirs }) => {
        const world = worldWith([]);
        const wanted = defined({ ...step, verify_checksum: true });
        const { live } = await world.planAndApply(wanted);
        assert.ok(live);
        const changed = { ...live, ...theirs, properties: { ...live.properties, ...properties } };
        world.glance().images.set(live.id, changed);
        for (const path of FILES) world.files.write(path, Buffer.from('other bytes'));
        world.publish(URLS[0], Buffer.from('other bytes'), '"moved"');
        const result = await world.planAndApply(wanted);
        if (result.plan.action !== 'replace') return;
        replacements += 1;
        const now = result.live;
        assert.ok(now);
        const { tags, properties: own = {} } = wanted.arguments;
        assert.equal(now.min_ram, theirs.min_ram);
        assert.deepEqual([...now.tags].sort(), [...new Set(tags ?? theirs.tags)].sort());
        for (const [name, value] of Object.entries(properties))
          assert.equal(now.properties[name], Object.hasOwn(own, name) ? (own[name] ?? undefined) : value, name);
      }),
      { numRuns: RUNS },
    );
    assert.ok(replacements > RUNS / 4, `only ${String(replacements)} replacements`);
  });

  it('the order of definitions does not matter', async () => {
    const several = fc.uniqueArray(written.map(defined), { selector: definitionKey, minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(strangers, several, async (images, definitions) => {
        const ended = await Promise.all(
          [definitions, definitions.toReversed()].map(async (order) => {
            const world = worldWith(images);
            const plans = await world.plan(order);
            const results = await world.apply(plans);
            const left = [...world.glance().images.values()].map(
              ({ id: _id, created_at: _c, updated_at: _u, ...image }) => {
                const { 'glance_images.self': _self, ...properties } = image.properties;
                return JSON.stringify({ ...image, properties: Object.entries(properties).sort() });
              },
            );
            return {
              plans: plans.map(said).sort(),
              ends: results.map(({ status }) => status).sort(),
              left: left.sort(),
            };
          }),
        );
        assert.deepEqual(ended[0], ended[1]);
      }),
      { numRuns: RUNS },
    );
  });
});
