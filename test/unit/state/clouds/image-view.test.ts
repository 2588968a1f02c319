import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orderParameter } from '../../../../src/core/glance/image-order.ts';
import type { Management } from '../../../../src/state/clouds/image-management.ts';
import {
  facetNames,
  groupsOf,
  isFiltered,
  ImageViewStore,
  matching as matchingView,
  ordersOf,
  readImageView,
} from '../../../../src/state/clouds/image-view.ts';
import type { Criterion, ImageView } from '../../../../src/state/clouds/image-view.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { liveImage } from '../live-image.ts';

const unmanaged: Management = { kind: 'unmanaged' };
const image = liveImage('1', 'a', { visibility: 'public', tags: ['lts', 'x86'], disk_format: 'raw' });

const matches = (view: ImageView, of: LiveImage, management: () => Management): boolean =>
  matchingView(view, management)(of);

const matching = (filter: readonly Criterion[], of: LiveImage, management: Management): boolean =>
  matches({ filter }, of, () => management);

describe('matching', () => {
  it('lets everything through without a filter', () => {
    assert.equal(matching([], image, unmanaged), true);
  });

  it('wants any value of one facet and every facet that is named', () => {
    const filter: Criterion[] = [
      { facet: 'visibility', value: 'private' },
      { facet: 'visibility', value: 'public' },
      { facet: 'tag', value: 'lts' },
    ];
    assert.equal(matching(filter, image, unmanaged), true);
    assert.equal(matching([...filter, { facet: 'format', value: 'qcow2' }], image, unmanaged), false);
  });

  it('finds a text in the name, in any case', () => {
    const ubuntu = liveImage('1', 'Ubuntu 24.04 LTS');
    const found = (name: string): boolean => matches({ filter: [], name }, ubuntu, () => unmanaged);
    assert.ok(found('buntu 24') && found('lts'));
    assert.equal(found('debian'), false);
    assert.equal(
      matches({ filter: [], name: 'x' }, { ...ubuntu, name: null }, () => unmanaged),
      false,
    );
  });

  it('asks how an image is managed only if the filter needs it', () => {
    const never = (): Management => assert.fail();
    assert.equal(matches({ filter: [], name: 'a' }, image, never), true);
    assert.equal(matches({ filter: [{ facet: 'owner', value: 'a1b2' }], name: 'x' }, image, never), false);
  });

  it('finds distributions and owners', () => {
    const debian = { ...image, properties: { os_distro: 'debian' } };
    assert.equal(matching([{ facet: 'distribution', value: 'debian' }], debian, unmanaged), true);
    assert.equal(matching([{ facet: 'distribution', value: '' }], image, unmanaged), true);
    assert.equal(matching([{ facet: 'owner', value: 'a1b2' }], image, unmanaged), true);
    assert.equal(matching([{ facet: 'owner', value: '' }], { ...image, owner: null }, unmanaged), true);
  });

  it('finds images without any value', () => {
    const bare = liveImage('2', 'b', { tags: [], disk_format: null });
    assert.equal(matching([{ facet: 'tag', value: '' }], bare, unmanaged), true);
    assert.equal(matching([{ facet: 'tag', value: '' }], image, unmanaged), false);
    assert.equal(matching([{ facet: 'format', value: '' }], bare, unmanaged), true);
  });

  it('takes what differs and what is unclaimed for managed too', () => {
    const differs: Management = { kind: 'differs', key: 'k', changes: 1, replace: false };
    const managed: Criterion[] = [{ facet: 'management', value: 'managed' }];
    assert.equal(matching(managed, image, differs), true);
    assert.equal(matching(managed, image, { kind: 'unclaimed', key: 'k' }), true);
    assert.equal(matching(managed, image, unmanaged), false);
    assert.equal(matching([{ facet: 'management', value: 'differs' }], image, { kind: 'equal', key: 'k' }), false);
  });

  it('never hides with a wider filter of one facet what a narrower one shows', () => {
    const criterion = fc.record({
      facet: fc.constantFrom(...facetNames),
      value: fc.constantFrom('public', 'private', 'raw', 'lts', 'active', 'unmanaged', ''),
    });
    fc.assert(
      fc.property(fc.array(criterion, { minLength: 1 }), criterion, (filter, further) => {
        const named = filter.some(({ facet }) => facet === further.facet);
        if (named && matching(filter, image, unmanaged)) assert.ok(matching([...filter, further], image, unmanaged));
      }),
    );
  });
});

describe('groupsOf', () => {
  it('puts an image into a group for each tag, and into one of its own without any', () => {
    assert.deepEqual(
      groupsOf('tag', image, () => unmanaged),
      ['lts', 'x86'],
    );
    assert.deepEqual(
      groupsOf('tag', liveImage('2', 'b'), () => unmanaged),
      [''],
    );
  });

  it('puts it into the one group that says most of its management', () => {
    assert.deepEqual(
      groupsOf('management', image, () => ({ kind: 'unclaimed', key: 'k' })),
      ['unclaimed'],
    );
    assert.deepEqual(
      groupsOf('management', image, () => ({ kind: 'equal', key: 'k' })),
      ['managed'],
    );
  });
});

describe('ordersOf', () => {
  it('begins with the newest and the largest, and sorts by name at last', () => {
    assert.equal(orderParameter(ordersOf({ filter: [] })), 'name:asc');
    assert.equal(orderParameter(ordersOf({ filter: [], sortBy: 'created_at' })), 'created_at:desc,name:asc');
    assert.equal(orderParameter(ordersOf({ filter: [], sortBy: 'status' })), 'status:asc,name:asc');
  });
});

describe('ImageViewStore', () => {
  it('keeps the choice for the next window', () => {
    let kept: unknown;
    const memory = { load: () => kept, save: (view: ImageView) => (kept = structuredClone(view)) };
    const store = new ImageViewStore(memory);
    store.filter([{ facet: 'visibility', value: 'public' }]);
    store.group('tag');
    store.sort('size');
    store.find(' ubuntu ');
    assert.deepEqual(new ImageViewStore(memory).view, {
      filter: [{ facet: 'visibility', value: 'public' }],
      name: 'ubuntu',
      sortBy: 'size',
      groupBy: 'tag',
    });
    store.group(undefined);
    store.sort(undefined);
    store.find('');
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

  it('shows all images again, in the order and groups they have', () => {
    const store = new ImageViewStore();
    store.filter([{ facet: 'tag', value: 'a' }]);
    store.find('x');
    store.sort('size');
    store.group('tag');
    store.showAll();
    assert.deepEqual(store.view, { filter: [], sortBy: 'size', groupBy: 'tag' });
    assert.equal(isFiltered(store.view), false);
  });

  it('leaves out what another version kept and this one does not know', () => {
    for (const kept of [undefined, null, 'x', { filter: 'x', groupBy: 'colour', sortBy: 'colour', name: 7 }]) {
      assert.deepEqual(readImageView(kept), { filter: [] });
    }
    const kept = { filter: [{ facet: 'tag', value: 'a' }, { facet: 'colour', value: 'b' }, null, { facet: 'tag' }] };
    assert.deepEqual(readImageView(kept), { filter: [{ facet: 'tag', value: 'a' }] });
  });
});
