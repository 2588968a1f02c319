import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Failure } from '../../../../../src/core/failure.ts';
import { closeAll, failure } from '../../http/surroundings.ts';
import { json, type Seen } from '../../http/test-server.ts';
import { glance, ids, IMAGE, listed } from '../glance-server.ts';

/** An id that ends in a letter from a to f. */
const uuid = (letter: string): string => `6ba7b810-9dad-11d1-80b4-00c04fd4300${letter}`;

function parameters({ path }: Seen): URLSearchParams {
  return new URL(path, 'http://x').searchParams;
}

/** Answers lists as Glance does: pages after a marker, `next` with a host of its own. */
function lists(images: () => readonly string[], options: { readonly pageAtMost?: number } = {}) {
  return (seen: Seen, response: ServerResponse): void => {
    const asked = parameters(seen);
    const marker = asked.get('marker');
    const start = marker === null ? 0 : images().indexOf(marker) + 1;
    if (marker !== null && start === 0) {
      json(response, 400, { message: `No image found with ID ${marker}<br /><br />\n\n\n`, code: '400 Bad Request' });
      return;
    }
    const limit = Math.min(Number(asked.get('limit')), options.pageAtMost ?? 1000);
    const page = images().slice(start, start + limit);
    const more = start + limit < images().length;
    json(response, 200, {
      images: page.map((id) => ({ ...IMAGE, id, name: id })),
      ...(more ? { next: 'http://evil.invalid/v2/images?marker=evil' } : {}),
    });
  };
}

afterEach(closeAll);

describe('listing images', () => {
  const all = Array.from('abcde', uuid);

  it('goes on by its own marker, never by the server’s next', async () => {
    const { client: images, requests } = await glance(lists(() => all));
    const pages = await listed(images, { pageSize: 2, parameters: { sort: 'name:asc' } });
    assert.deepEqual(
      pages.map((page) => page.map(({ id }) => id)),
      ['ab', 'cd', 'e'].map((page) => Array.from(page, uuid)),
    );
    const asked = requests().map((seen) => [parameters(seen).get('marker'), parameters(seen).get('sort')]);
    assert.deepEqual(asked, [
      [null, 'name:asc'],
      [uuid('b'), 'name:asc'],
      [uuid('d'), 'name:asc'],
    ]);
  });

  it('goes on where the server caps its pages silently', async () => {
    const { client: images } = await glance(lists(() => all, { pageAtMost: 2 }));
    assert.deepEqual(ids(await listed(images, { pageSize: 1000 })), all);
  });

  it('asks for at most 1000 a page', async () => {
    const { client: images, requests } = await glance(lists(() => []));
    assert.deepEqual(await listed(images, { pageSize: 5000 }), [[]]);
    assert.equal(parameters(requests()[0] ?? assert.fail()).get('limit'), '1000');
  });

  it('starts again once where its marker was deleted, and repeats no image', async () => {
    let there = all;
    const answer = lists(() => there);
    const { client: images } = await glance((seen, response) => {
      answer(seen, response);
      if (parameters(seen).get('marker') === null) there = Array.from('acdef', uuid);
    });
    assert.deepEqual(ids(await listed(images, { pageSize: 2 })), Array.from('abcdef', uuid));
  });

  it('gives up where markers keep vanishing', async () => {
    const { client: images, requests } = await glance((seen, response) =>
      parameters(seen).has('marker')
        ? json(response, 400, { message: 'No image found with ID x' })
        : lists(() => all)(seen, response),
    );
    const failed = await failure(listed(images, { pageSize: 2 }));
    assert.deepEqual([failed.code, failed.region, requests().length], ['invalid-request', 'RegionOne', 4]);
  });

  it('does not start again for a query that is wrong from the start', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 400, { message: 'Bad sort.' }));
    assert.match((await failure(listed(images))).message, /Bad sort/);
    assert.equal(requests().length, 1);
  });

  it('stops where the server goes round in circles', async () => {
    const page = (names: readonly string[]): unknown => ({
      images: names.map((name) => ({ ...IMAGE, id: uuid(name) })),
      next: '/v2/images?marker=a',
    });
    const same = await glance((_, response) => json(response, 200, page(['a', 'b'])));
    assert.deepEqual(ids(await listed(same.client, { pageSize: 2 })), ['a', 'b'].map(uuid));
    let turn = 0;
    const swinging = await glance((_, response) => {
      turn += 1;
      json(response, 200, page(turn % 2 === 0 ? ['a', 'b'] : ['c', 'd']));
    });
    assert.deepEqual(ids(await listed(swinging.client, { pageSize: 2 })), Array.from('cdab', uuid));
  });

  it('asks for exact names and compares them again', async () => {
    const { client: images, requests } = await glance((_, response) =>
      json(response, 200, {
        images: [
          { ...IMAGE, name: 'In:x' },
          { ...IMAGE, id: uuid('b'), name: 'in:x' },
        ],
      }),
    );
    assert.deepEqual(ids(await listed(images, { name: 'in:x', owner: 'p', hidden: true })), [uuid('b')]);
    const asked = parameters(requests()[0] ?? assert.fail());
    assert.deepEqual([asked.get('name'), asked.get('owner'), asked.get('os_hidden')], ['eq:in:x', 'p', 'true']);
  });

  it('goes on past a page on which no image is wanted', async () => {
    const answer = (seen: Seen, response: ServerResponse): void => {
      const first = !parameters(seen).has('marker');
      const [id, name] = first ? [uuid('a'), 'other'] : [uuid('b'), 'mine'];
      json(response, 200, { images: [{ ...IMAGE, id, name }], ...(first ? { next: '/v2/images?marker=x' } : {}) });
    };
    const { client: images, requests } = await glance(answer);
    assert.deepEqual(ids(await listed(images, { name: 'mine' })), [uuid('b')]);
    assert.equal(requests().length, 2);
  });

  for (const body of ['', '{"images": [', '{"images": {}}', '<html></html>']) {
    it(`does not take "${body}" for an empty list`, async () => {
      const { client: images } = await glance((_, response) => response.writeHead(200).end(body));
      const failed = await failure(listed(images));
      assert.deepEqual([failed.code, failed.region], ['glance-unusable', 'RegionOne']);
    });
  }

  it('is refused whole where one image has an id that is no UUID', async () => {
    const evil = { ...IMAGE, id: '/../../x/.config/autostart/evil' };
    const { client: images } = await glance((_, response) => json(response, 200, { images: [IMAGE, evil] }));
    const failed = await failure(listed(images));
    assert.deepEqual([failed.code, failed.region], ['glance-unusable', 'RegionOne']);
    assert.doesNotMatch(failed.explain(), /autostart/);
  });

  it('stops at once when it is cancelled', async () => {
    const { client: images } = await glance(lists(() => all));
    const controller = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const page of images.list({ pageSize: 2, signal: controller.signal })) {
        seen.push(...ids([page]));
        controller.abort();
      }
    })();
    await assert.rejects(reading, (error) => Failure.is(error, 'cancelled') || (error as Error).name === 'AbortError');
    assert.deepEqual(seen, ['a', 'b'].map(uuid));
  });
});
