import assert from 'node:assert/strict';
import type { Change, PlanValue } from '../../../../src/core/reconcile/model/plan.ts';
import { canBeWritten, driftOf } from '../../../../src/state/definitions/drift.ts';
import type { PlanRecord } from '../../../../src/state/definitions/plans.ts';
import { liveImage, placeNamed } from '../live-image.ts';
import { definitionOf, planOf } from '../sample-plans.ts';

const change = (path: string, before: PlanValue, after: PlanValue, forcesReplacement = false): Change => {
  return { path, before, after, forcesReplacement, why: 'differs' };
};

describe('driftOf', () => {
  const definition = definitionOf({ min_disk_gb: 10, properties: { os_distro: 'debian', hw_disk_bus: 'virtio' } });
  const record = (region: string, changes: readonly Change[]): PlanRecord => ({
    plan: planOf(definition, {
      place: placeNamed(region),
      action: 'update',
      live: liveImage('1', 'a', { updated_at: '2026-01-02T03:04:05Z' }),
      changes,
    }),
  });
  const textAt = ({ offset, length }: { offset: number; length: number }): string =>
    definition.text.slice(offset, offset + length);

  it('says of each argument and property what the live images have, where the definition says it', () => {
    const found = driftOf(definition, [
      record('RegionOne', [change('min_disk_gb', 1, 10), change('properties/os_distro', 'ubuntu', 'debian')]),
      record('RegionTwo', [change('min_disk_gb', 2, 10)]),
    ]);
    assert.deepEqual(
      found.map(({ path, wanted, range, values }) => [path, wanted, textAt(range), values.map(({ live }) => live)]),
      [
        ['min_disk_gb', 10, '10', [1, 2]],
        ['properties/os_distro', 'debian', '"debian"', ['ubuntu']],
      ],
    );
    assert.equal(found[0]?.values[0]?.updatedAt, '2026-01-02T03:04:05Z');
  });

  it('puts what left the definition where its properties or its name stand', () => {
    const found = driftOf(definition, [
      record('RegionOne', [change('properties/gone', 'x', undefined), change('protected', true, false)]),
    ]);
    assert.deepEqual(
      found.map(({ range, wanted }) => [textAt(range), wanted]),
      [
        ['"properties"', undefined],
        ['"a"', undefined],
      ],
    );
  });

  it('leaves out what was edited since, and keeps the rest', () => {
    const records = [
      record('RegionOne', [change('min_disk_gb', 1, 10), change('properties/os_distro', 'ubuntu', 'debian')]),
    ];
    const taken = definitionOf({ min_disk_gb: 1, properties: { os_distro: 'debian', hw_disk_bus: 'virtio' } });
    assert.deepEqual(
      driftOf(taken, records).map(({ path }) => path),
      ['properties/os_distro'],
    );
  });

  it('stands at members and stores, and only there once the rest is applied', () => {
    const shared = definitionOf({
      visibility: 'shared',
      min_disk_gb: 10,
      members: ['stays', { project: 'joins', accept_with: 'c' }],
      stores: ['fast', 'slow'],
    });
    const changes = [
      change('min_disk_gb', 1, 10),
      change('members/joins', 'pending', 'accepted'),
      change('members/leaves', 'accepted', undefined),
      change('stores/slow', undefined, 'data'),
    ];
    const plan = planOf(shared, { action: 'update', live: liveImage('1', 'a'), changes });
    const shown = (given: PlanRecord): unknown =>
      driftOf(shared, [given]).map(({ path, wanted, range: { offset, length } }) => [
        path,
        wanted,
        shared.text.slice(offset, offset + length).replace(/\s+/g, ''),
      ]);
    const open = [
      ['members/joins', 'accepted', '{"project":"joins","accept_with":"c"}'],
      ['members/leaves', undefined, '"members"'],
      ['stores/slow', 'data', '"slow"'],
    ];
    assert.deepEqual(shown({ plan }), [['min_disk_gb', 10, '10'], ...open]);
    const verified = { size: true, md5: true, multihash: true };
    const result = { plan, status: 'partial', verified, digests: [], bytesSent: 0 } as const;
    assert.deepEqual(shown({ plan, result }), open);
    assert.deepEqual(
      open.map(([path]) => canBeWritten(String(path))),
      [false, false, false],
    );
    assert.ok(canBeWritten('properties/os_distro') && canBeWritten('min_disk_gb'));
  });

  it('is none for bytes, for images that are to be made, and once an apply has settled it', () => {
    const [first] = [record('RegionOne', [change('min_disk_gb', 1, 10)])];
    const verified = { size: true, md5: true, multihash: true };
    const result = { plan: first.plan, status: 'done', verified, digests: [], bytesSent: 0 } as const;
    assert.deepEqual(driftOf(definition, [{ ...first, result }]), []);
    assert.equal(driftOf(definition, [{ ...first, result: { ...result, status: 'failed' } }]).length, 1);
    assert.deepEqual(driftOf(definition, [record('RegionOne', [change('data', 'a', 'b')])]), []);
    const create = planOf(definition, { action: 'create', changes: [change('min_disk_gb', undefined, 10)] });
    assert.deepEqual(driftOf(definition, [{ plan: create }]), []);
  });
});
