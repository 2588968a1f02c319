import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { LiveImage } from '../../../src/core/glance/image.ts';
import type { Place } from '../../../src/core/place.ts';
import { CloudsStore } from '../../../src/state/clouds/clouds.ts';
import type { CloudSource } from '../../../src/state/clouds/cloud-roots.ts';
import type { RegionNode, TreeNode } from '../../../src/state/clouds/clouds-tree.ts';
import { ImageViewStore } from '../../../src/state/clouds/image-view.ts';
import { runningAt, TransferRows } from '../../../src/state/transfers/transfer-rows.ts';
import { TransferStore } from '../../../src/state/transfers/transfers.ts';
import { liveImage, placeNamed } from './live-image.ts';
import { definitionOf, planOf } from './sample-plans.ts';
import { StoppedClock } from './stopped-clock.ts';

const place = placeNamed('RegionOne');

function world(pages: readonly (readonly LiveImage[])[], pageSize = 100) {
  const view = new ImageViewStore();
  const clock = new StoppedClock();
  const transfers = new TransferStore({ clock });
  let read = 0;
  const source: CloudSource = {
    clouds: () =>
      Promise.resolve({
        clouds: [
          {
            name: 'demo',
            origin: place.origin,
            authType: 'password',
            auth: {},
            regions: [],
            interfaces: ['public'],
            tls: { verify: false },
            problems: [],
          },
        ],
        files: [],
        problems: [],
      }),
    regions: (): Promise<readonly Place[]> => Promise.resolve([place]),
    async *images() {
      for (const page of pages) {
        await Promise.resolve();
        read += 1;
        yield page;
      }
    },
  };
  const clouds = new CloudsStore(
    (work) => work(source),
    () => pageSize,
    {
      rules: {
        view: () => view.view,
        management: () => ({ kind: 'unmanaged' }),
        transfers: (at) => runningAt(transfers, at),
      },
      clock,
    },
  );
  const rows = new TransferRows(transfers, clouds);
  const drawn: (TreeNode | undefined)[] = [];
  clouds.onDidChange((nodes) => drawn.push(...(nodes ?? [undefined])));
  return { view, transfers, clouds, rows, drawn, clock, pagesRead: () => read };
}

async function region(clouds: CloudsStore): Promise<RegionNode> {
  const found = await clouds.open(place);
  assert.ok(found);
  return found;
}

const labels = (nodes: readonly TreeNode[]): string[] =>
  nodes.map((node) =>
    node.kind === 'image' ? (node.image.name ?? '') : node.kind === 'group' ? `${node.value}:${node.count}` : node.kind,
  );

describe('rows of a region', () => {
  it('are those that the filter lets through, and say so where it hides all', async () => {
    const { clouds, view, drawn } = world([[liveImage('1', 'a'), liveImage('2', 'b', { visibility: 'public' })]]);
    const one = await region(clouds);
    view.filter([{ facet: 'visibility', value: 'public' }]);
    clouds.redraw();
    assert.deepEqual(labels(await clouds.children(one)), ['b']);
    assert.equal(clouds.find(place, '1'), undefined);
    assert.ok(drawn.every((node) => node === one));
    view.filter([{ facet: 'tag', value: 'none such' }]);
    const [empty] = await clouds.children(one);
    assert.ok(empty?.kind === 'empty');
    assert.equal(empty.filtered, 2);
  });

  it('read on until a page’s worth of what is looked for came, and no further', async () => {
    const page = (number: number): LiveImage[] =>
      Array.from({ length: 2 }, (_, index) => {
        const tags = number % 2 === 1 && index === 0 ? ['wanted'] : [];
        return liveImage(`${number}-${index}`, `${number}-${index}`, { tags });
      });
    const { clouds, view, drawn, clock, pagesRead } = world(
      Array.from({ length: 20 }, (_, number) => page(number)),
      2,
    );
    view.filter([{ facet: 'tag', value: 'wanted' }]);
    const one = await region(clouds);
    const search = { loading: true };
    const look = async (): Promise<void> => {
      const more = (await clouds.children(one)).at(-1);
      search.loading = more?.kind !== 'more' || more.loading;
    };
    await look();
    drawn.length = 0;
    while (search.loading) {
      await setImmediate();
      clock.pass(1000);
      if (drawn.splice(0).includes(one)) await look();
    }
    assert.deepEqual(labels(await clouds.children(one)), ['1-0', '3-0', 'more']);
    assert.ok(pagesRead() <= 6, String(pagesRead()));
  });

  it('are groups with their images below them, and each row has one id and one parent', async () => {
    const images = [
      liveImage('1', 'a', { tags: ['x', 'y'] }),
      liveImage('2', 'b', { tags: ['x'] }),
      liveImage('3', 'c'),
    ];
    const { clouds, view } = world([images]);
    view.group('tag');
    const one = await region(clouds);
    const groups = await clouds.children(one);
    assert.deepEqual(labels(groups), ['x:2', 'y:1', ':1']);
    const rows = await Promise.all(groups.map((group) => clouds.children(group)));
    assert.deepEqual(rows.map(labels), [['a', 'b'], ['a'], ['c']]);
    const all = rows.flat();
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const [index, row] of rows.flat().entries()) assert.ok(clouds.parent(row)?.kind === 'group', String(index));
    const [group] = groups;
    assert.ok(group);
    assert.equal(clouds.parent(group), one);
    const found = clouds.find(place, '3');
    assert.equal(found && clouds.parent(found)?.id, groups[2]?.id);
  });

  it('keep their objects, so that a changed image draws its own row only', async () => {
    const { clouds, drawn, clock } = world([[liveImage('1', 'a'), liveImage('2', 'b')]]);
    const one = await region(clouds);
    const [row] = await clouds.children(one);
    drawn.length = 0;
    clouds.put(place, liveImage('1', 'a', { status: 'deactivated' }));
    assert.deepEqual(drawn, [row]);
    assert.ok(row?.kind === 'image');
    assert.equal(row.image.status, 'deactivated');
    const [again] = await clouds.children(one);
    assert.equal(again, row);
    clouds.put(place, liveImage('3', 'c'));
    clock.pass(1000);
    assert.deepEqual(drawn, [row, one]);
  });

  it('show an image that is being made before any listing does, then its bytes, then the image', async () => {
    const { clouds, transfers, drawn, rows } = world([[liveImage('1', 'a')]]);
    const one = await region(clouds);
    const plan = planOf(definitionOf({ name: 'new' }), { action: 'create', imageId: '9', bytesToSend: 100 });
    transfers.begin([plan]);
    const [row] = await clouds.children(one);
    assert.ok(row?.kind === 'transfer');
    assert.equal(row.transferId, plan.id);
    assert.deepEqual(drawn, [one]);
    transfers.record({ type: 'phase', plan: plan.id, phase: 'uploading', imageId: '9' });
    clouds.put(place, liveImage('9', 'new', { status: 'saving' }));
    assert.deepEqual(labels(await clouds.children(one)), ['a', 'new']);
    assert.equal(rows.of(place, '9')?.id, plan.id);
    assert.equal(rows.of(placeNamed('RegionTwo'), '9'), undefined);
  });

  it('do not say that there are no images while the first one is made', async () => {
    const { clouds, transfers } = world([[]]);
    const one = await region(clouds);
    assert.deepEqual(labels(await clouds.children(one)), ['empty']);
    transfers.begin([planOf(definitionOf({ name: 'new' }), { action: 'create', imageId: '9', bytesToSend: 100 })]);
    assert.deepEqual(labels(await clouds.children(one)), ['transfer']);
  });

  it('mark the regions of a cloud whose certificate is not checked, its own level being left out', async () => {
    const { clouds } = world([]);
    assert.equal((await region(clouds)).insecure, true);
  });
});

describe('10,000 images', () => {
  it('are filtered, grouped and drawn from what is loaded, each row once', async () => {
    const images = Array.from({ length: 10_000 }, (_, index) =>
      liveImage(String(index).padStart(5, '0'), `image ${String(index).padStart(5, '0')}`, {
        tags: [`t${index % 50}`],
        visibility: index % 2 === 0 ? 'public' : 'private',
      }),
    );
    const { clouds, view } = world([images], 1000);
    const one = await region(clouds);
    assert.equal((await clouds.children(one)).length, 10_000);
    view.group('tag');
    const groups = await clouds.children(one);
    assert.equal(groups.length, 50);
    const [first] = groups;
    assert.equal((await clouds.children(first)).length, 200);
    view.filter([{ facet: 'visibility', value: 'public' }]);
    assert.equal((await clouds.children(one)).length, 25);
  });
});
