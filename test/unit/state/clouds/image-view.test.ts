import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Management } from '../../../../src/state/clouds/image-management.ts';
import {
  facetNames,
  groupsOf,
  ImageViewStore,
  matches,
  readImageView,
} from '../../../../src/state/clouds/image-view.ts';
import type { Criterion, ImageView } from '../../../../src/state/clouds/image-view.ts';
import { liveImage } from '../live-image.ts';

const unmanaged: Management = { kind: 'unmanaged' };
const image = liveImage('1', 'a', { visibility: 'public', tags: ['lts', 'x86'], disk_format: 'raw' });

describe('matches', () => {
  it('lets everything through without a filter', () => {
    assert.equal(matches([], image, unmanaged), true);
  });

  it('wants any value of one facet and every facet that is named', () => {
    const filter: Criterion[] = [
      { facet: 'visibility', value: 'private' },
      { facet: 'visibility', value: 'public' },
      { facet: 'tag', value: 'lts' },
    ];
    assert.equal(matches(filter, image, unmanaged), true);
    assert.equal(matches([...filter, { facet: 'format', value: 'qcow2' }], image, unmanaged), false);
  });

  it('finds images without any value', () => {
    const bare = liveImage('2', 'b', { tags: [], disk_format: null });
    assert.equal(matches([{ facet: 'tag', value: '' }], bare, unmanaged), true);
    assert.equal(matches([{ facet: 'tag', value: '' }], image, unmanaged), false);
    assert.equal(matches([{ facet: 'format', value: '' }], bare, unmanaged), true);
  });

  it('takes what differs and what is unclaimed for managed too', () => {
    const differs: Management = { kind: 'differs', key: 'k', changes: 1, replace: false };
    const managed: Criterion[] = [{ facet: 'management', value: 'managed' }];
    assert.equal(matches(managed, image, differs), true);
    assert.equal(matches(managed, image, { kind: 'unclaimed', key: 'k' }), true);
    assert.equal(matches(managed, image, unmanaged), false);
    assert.equal(matches([{ facet: 'management', value: 'differs' }], image, { kind: 'equal', key: 'k' }), false);
  });

  it('never hides with a wider filter of one facet what a narrower one shows', () => {
    const criterion = fc.record({
      facet: fc.constantFrom(...facetNames),
      value: fc.constantFrom('public', 'private', 'raw', 'lts', 'active', 'unmanaged', ''),
    });
    fc.assert(
      fc.property(fc.array(criterion, { minLength: 1 }), criterion, (filter, further) => {
        const named = filter.some(({ facet }) => facet === further.facet);
        if (named && matches(filter, image, unmanaged)) assert.ok(matches([...filter, further], image, unmanaged));
      }),
    );
  });
});

describe('groupsOf', () => {
  it('puts an image into a group for each tag, and into one of its own without any', () => {
    assert.deepEqual(groupsOf('tag', image, unmanaged), ['lts', 'x86']);
    assert.deepEqual(groupsOf('tag', liveImage('2', 'b'), unmanaged), ['']);
  });

  it('puts it into the one group that says most of its management', () => {
    assert.deepEqual(groupsOf('management', image, { kind: 'unclaimed', key: 'k' }), ['unclaimed']);
    assert.deepEqual(groupsOf('management', image, { kind: 'equal', key: 'k' }), ['managed']);
  });
});

describe('ImageViewStore', () => {
  it('keeps the choice for the next window', () => {
    let kept: unknown;
    const memory = { load: () => kept, save: (view: ImageView) => (kept = structuredClone(view)) };
    const store = new ImageViewStore(memory);
    store.filter([{ facet: 'visibility', value: 'public' }]);
    store.group('tag');
    assert.deepEqual(new ImageViewStore(memory).view, {
      filter: [{ facet: 'visibility', value: 'public' }],
      groupBy: 'tag',
    });
    store.group(undefined);
    assert.deepEqual(new ImageViewStore(memory).view, { filter: [{ facet: 'visibility', value: 'public' }] });
  });

  it('tells of a change, and of none where nothing changed', () => {
    const store = new ImageViewStore();
    const told: ImageView[] = [];
    store.onDidChange((view) => told.push(view));
    store.filter([]);
    store.group('status');
    store.group('status');
    assert.deepEqual(told, [{ filter: [], groupBy: 'status' }]);
  });

  it('leaves out what another version kept and this one does not know', () => {
    for (const kept of [undefined, null, 'x', { filter: 'x', groupBy: 'colour' }]) {
      assert.deepEqual(readImageView(kept), { filter: [] });
    }
    const kept = { filter: [{ facet: 'tag', value: 'a' }, { facet: 'colour', value: 'b' }, null, { facet: 'tag' }] };
    assert.deepEqual(readImageView(kept), { filter: [{ facet: 'tag', value: 'a' }] });
  });
});
