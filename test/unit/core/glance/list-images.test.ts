import assert from 'node:assert/strict';
import { EVERY_IMAGE } from '../../../../src/core/glance/image-filter.ts';
import { listImages, type ListOptions } from '../../../../src/core/glance/list-images.ts';
import type { ListQuery } from '../../../../src/core/glance/service.ts';
import { liveImage } from '../../state/live-image.ts';

describe('listing images', () => {
  const images = [
    liveImage('1', 'own', { owner: 'me', visibility: 'shared' }),
    liveImage('2', 'theirs', { owner: 'them', visibility: 'shared' }),
  ];

  /** The ids of the answer, and what Glance was asked. */
  async function listed(options: ListOptions, project?: string): Promise<{ ids: string[]; asked: ListQuery[] }> {
    const asked: ListQuery[] = [];
    const ids: string[] = [];
    const list = async function* (query: ListQuery = {}): AsyncIterable<typeof images> {
      asked.push(query);
      yield await Promise.resolve(query.hidden === true ? [] : images);
    };
    for await (const page of listImages({ images: { list }, project }, options)) ids.push(...page.map(({ id }) => id));
    return { ids, asked };
  }

  it('asks for hidden images of the own project too', async () => {
    const { ids, asked } = await listed({}, 'me');
    assert.deepEqual(ids, ['1', '2']);
    assert.deepEqual(
      asked.map(({ hidden, owner }) => [hidden, owner]),
      [
        [undefined, undefined],
        [true, 'me'],
      ],
    );
  });

  it('asks for hidden images of the project that is asked about', async () => {
    const { ids, asked } = await listed({ filter: { ...EVERY_IMAGE, owner: 'them' } }, 'me');
    assert.deepEqual(ids, ['2']);
    assert.equal(asked[1]?.owner, 'them');
  });

  it('shows what others share, not what the project shares itself', async () => {
    const { ids, asked } = await listed({ sharedWithMe: 'pending' }, 'me');
    assert.deepEqual(ids, ['2']);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.parameters?.member_status, 'pending');
    assert.deepEqual((await listed({ sharedWithMe: 'pending' })).ids, []);
  });

  it('has Glance look for a name without wildcards', async () => {
    const { asked } = await listed({ filter: { ...EVERY_IMAGE, names: ['own'] } });
    assert.equal(asked[0]?.name, 'own');
  });
});
