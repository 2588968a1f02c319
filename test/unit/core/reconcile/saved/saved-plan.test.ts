import assert from 'node:assert/strict';
import type { Plan } from '../../../../../src/core/reconcile/model/plan.ts';
import { movedSince } from '../../../../../src/core/reconcile/saved/moved-since.ts';
import {
  digestOf,
  filesToSend,
  isUnpinned,
  savedEntry,
  type SavedEntry,
} from '../../../../../src/core/reconcile/saved/saved-plan.ts';
import { definitionOf, planOf } from '../../../state/sample-plans.ts';

describe('a saved plan', () => {
  const definition = definitionOf({ name: 'a' });
  const source = { path: '/w/a.raw', size: 3 };

  function saved(plan: Partial<Plan> = {}, sha256 = 'f1'): SavedEntry {
    const made = planOf(definition, { action: 'create', fingerprint: 'absent', source, ...plan });
    const states = { shown: (path: string) => path.replace('/w/', ''), files: new Map([['/w/a.raw', sha256]]) };
    const entry = savedEntry(made, states);
    assert.ok(entry);
    return entry;
  }

  function codes(now: SavedEntry | undefined, before = saved()): readonly string[] {
    return movedSince(before, now).map(({ code }) => code);
  }

  it('is carried out where nothing moved', () => {
    assert.deepEqual(codes(saved()), []);
  });

  it('holds no value of a change', () => {
    const changes = [{ path: 'properties/x', before: undefined, after: 'SECRET', forcesReplacement: false, why: '' }];
    assert.doesNotMatch(JSON.stringify(saved({ changes })), /SECRET/);
  });

  it('is refused where something moved', () => {
    const changes = [{ path: 'name', before: 'a', after: 'b', forcesReplacement: false, why: '' }];
    assert.deepEqual(codes(undefined), ['plan-stale']);
    assert.deepEqual(codes(saved({}, 'f2')), ['plan-stale']);
    assert.deepEqual(codes(saved({ fingerprint: 'other' })), ['plan-stale']);
    assert.deepEqual(codes(saved({ action: 'replace' })), ['plan-stale']);
    assert.deepEqual(codes(saved({ changes })), ['plan-stale']);
    assert.deepEqual(codes(saved({ imageId: 'other' })), ['plan-stale']);
    const edited = { ...definition, text: `${definition.text} ` };
    assert.deepEqual(codes(saved({ definition: edited })), ['plan-outdated']);
  });

  it('names everything that moved', () => {
    assert.deepEqual(codes(saved({ fingerprint: 'other', action: 'replace' }, 'f2')), [
      'plan-stale',
      'plan-stale',
      'plan-stale',
    ]);
  });

  it('is not made of a blocked plan', () => {
    const entry = savedEntry(planOf(definition, { action: 'blocked' }), { shown: String, files: new Map() });
    assert.equal(entry, undefined);
  });

  it('reads only the local files that are sent', () => {
    const plans = [
      planOf(definition, { action: 'create', source }),
      planOf(definition, { action: 'none', source: { path: '/w/b.raw', size: 1 } }),
    ];
    assert.deepEqual([...filesToSend(plans)], ['/w/a.raw']);
  });

  it('says which sources nothing identifies', () => {
    const remote = { name: 'https://x/a.img', origin: { decompressed: false }, kind: 'url' } as const;
    assert.equal(isUnpinned(saved({ remote })), true);
    assert.equal(isUnpinned(saved({ remote: { ...remote, origin: { ...remote.origin, etag: '"1"' } } })), false);
    assert.equal(isUnpinned(saved()), false);
  });

  it('is signed by everything that it says', () => {
    const plan = {
      kind: 'glance-images saved plan',
      format_version: 1,
      cloud: null,
      regions: null,
      adopt: false,
      recover_stuck: false,
      plans: [saved()],
    } as const;
    const digests = [plan, { ...plan, adopt: true }, { ...plan, plans: [saved({ action: 'replace' })] }].map((each) =>
      digestOf({ ...each, plans: [...each.plans] }),
    );
    assert.equal(new Set(digests).size, 3);
  });
});
