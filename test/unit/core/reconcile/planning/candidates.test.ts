import assert from 'node:assert/strict';
import type { ImageService, ListQuery } from '../../../../../src/core/glance/service.ts';
import { findCandidates } from '../../../../../src/core/reconcile/planning/candidates.ts';
import { GlanceModel } from '../glance-model.ts';
import { definition } from '../world.ts';

/** A region with so many visible images of the project, in pages, which remembers what it was asked. */
function projectOf(count: number): { readonly images: ImageService; readonly asked: ListQuery[] } {
  const images = new GlanceModel();
  const all = Array.from({ length: count }, (_, index) => images.add({ name: `image ${index}` }));
  const asked: ListQuery[] = [];
  const list: ImageService['list'] = async function* (query = {}) {
    const found =
      query.hidden === true ? [] : all.filter(({ name }) => query.name === undefined || name === query.name);
    const { pageSize = 100 } = query;
    for (let start = 0; start < Math.max(found.length, 1); start += pageSize) {
      asked.push(query);
      yield await Promise.resolve(found.slice(start, start + pageSize));
    }
  };
  images.list = list;
  return { images, asked };
}

describe('the images that one definition could mean', () => {
  const wanted = [definition({ name: 'image 3' })];

  it('come from two requests where the project has few', async () => {
    const { images, asked } = projectOf(99);
    assert.equal((await findCandidates(images, wanted, 'project-1')).length, 99);
    assert.equal(asked.length, 2);
  });

  it('are asked for by key and name where it has many', async () => {
    const { images, asked } = projectOf(100);
    const found = await findCandidates(images, wanted, 'project-1');
    assert.ok(found.some(({ name }) => name === 'image 3'));
    assert.equal(asked.filter(({ name }) => name === 'image 3').length, 2);
  });
});
