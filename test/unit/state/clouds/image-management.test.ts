import assert from 'node:assert/strict';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { markProperties } from '../../../../src/core/reconcile/ownership/marks.ts';
import type { Change } from '../../../../src/core/reconcile/model/plan.ts';
import { SavedDefinitions } from '../../../../src/state/definitions/saved-definitions.ts';
import { ImageManagement } from '../../../../src/state/clouds/image-management.ts';
import { PlansStore } from '../../../../src/state/definitions/plans.ts';
import { liveImage, placeNamed } from '../live-image.ts';
import { definitionOf, planOf } from '../sample-plans.ts';

const place = placeNamed('RegionOne');
const change: Change = { path: 'tags', before: [], after: ['x'], forcesReplacement: false, why: 'differs' };

function marked(id: string, key: string, rest: Partial<LiveImage> = {}): LiveImage {
  return liveImage(id, key, { properties: markProperties(id, { key, owns: [] }), ...rest });
}

function managementOf(): { plans: PlansStore; definitions: SavedDefinitions; of: (image: LiveImage) => string } {
  const plans = new PlansStore();
  const definitions = new SavedDefinitions();
  const store = new ImageManagement(plans, definitions);
  return { plans, definitions, of: (image) => store.of(place, image).kind };
}

describe('ImageManagement', () => {
  it('knows images that no definition made', () => {
    assert.equal(managementOf().of(liveImage('1', 'a')), 'unmanaged');
    // Nova copies properties to snapshots.
    const snapshot = liveImage('2', 'a', { properties: markProperties('1', { key: 'a', owns: [] }) });
    assert.equal(managementOf().of(snapshot), 'unmanaged');
  });

  it('calls no image unclaimed before all files of the workspace were read', () => {
    const { definitions, of } = managementOf();
    assert.equal(of(marked('1', 'a')), 'managed');
    definitions.set('/space/b.image.jsonc', [definitionOf({ name: 'b' })]);
    assert.equal(of(marked('1', 'a')), 'managed');
    definitions.setAll(new Map());
    assert.equal(of(marked('1', 'a')), 'unclaimed');
    definitions.set('/space/a.image.jsonc', [definitionOf()]);
    assert.equal(of(marked('1', 'a')), 'managed');
  });

  it('calls what was replaced, or is being made, nobody’s loss', () => {
    const { definitions, of } = managementOf();
    definitions.setAll(new Map());
    const replaced = markProperties('1', { key: 'a', owns: [], replacedBy: '2' });
    assert.equal(of(liveImage('1', 'a', { properties: replaced })), 'managed');
    const state = { run: 'm.1.x', started: '2026-01-01T00:00:00Z', phase: 'staging' as const };
    assert.equal(
      of(liveImage('3', 'a', { properties: markProperties('3', { key: 'a', owns: [], state }) })),
      'managed',
    );
  });

  it('says what the last plan found, for as long as the image is the one that was planned', () => {
    const { plans, of } = managementOf();
    const live = marked('1', 'a');
    plans.remember([planOf(definitionOf(), { action: 'update', live, imageId: '1', changes: [change] })]);
    assert.equal(of(live), 'differs');
    assert.equal(of({ ...live, updated_at: '2026-02-02T00:00:00Z' }), 'managed');
    plans.remember([planOf(definitionOf(), { action: 'none', live, imageId: '1' })]);
    assert.equal(of(live), 'equal');
  });

  it('believes a result more than its plan', () => {
    const { plans, of } = managementOf();
    const live = marked('1', 'a');
    const plan = planOf(definitionOf(), { action: 'update', live, imageId: '1', changes: [change] });
    plans.remember([plan]);
    const after = { ...live, updated_at: '2026-02-02T00:00:00Z' };
    const verified = { size: null, md5: null, multihash: null };
    plans.noteResult({ plan, status: 'done', imageId: '1', verified, digests: [], bytesSent: 0, live: after });
    assert.equal(of(after), 'equal');
  });
});

describe('SavedDefinitions', () => {
  it('finds the definition of an image by its mark or its id, in its place only', () => {
    const definitions = new SavedDefinitions();
    const named = definitionOf({ regions: ['RegionTwo'] });
    const pinned = definitionOf({ name: 'b', key: 'other', image_id: '1b671a64-40d5-491e-99b0-da01ff1f3341' });
    definitions.setAll(
      new Map([
        ['a', [named]],
        ['b', [pinned]],
      ]),
    );
    assert.deepEqual(definitions.meaning(place, marked('1', 'a')), []);
    assert.deepEqual(definitions.meaning(placeNamed('RegionTwo'), marked('1', 'a')), [named]);
    assert.deepEqual(definitions.meaning(place, liveImage('1b671a64-40d5-491e-99b0-da01ff1f3341', 'x')), [pinned]);
    assert.deepEqual(definitions.meaning(place, marked('2', 'other')), [pinned]);
    assert.deepEqual(definitions.meaning(placeNamed('RegionTwo', 'elsewhere'), marked('1', 'a')), [named]);
  });

  it('forgets a file that was deleted', () => {
    const definitions = new SavedDefinitions();
    definitions.setAll(new Map([['/space/a.image.jsonc', [definitionOf()]]]));
    definitions.set('/space/a.image.jsonc', []);
    assert.deepEqual(definitions.meaning(place, marked('1', 'a')), []);
  });
});
