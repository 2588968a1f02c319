import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Failure } from '../../../../src/core/failure.ts';
import { ImageClient } from '../../../../src/core/glance/image-client.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import { openUpload } from '../../../../src/core/glance/image-upload.ts';
import type { ListQuery } from '../../../../src/core/glance/service.ts';
import { GotHttp } from '../../../../src/core/http/got-http.ts';
import { Session } from '../../../../src/core/keystone/session.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { json, serveRaw, type Seen } from '../http/test-server.ts';
import { passwordCloud, serveKeystone, type KeystoneServer } from '../keystone/keystone-server.ts';

const ID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const IMAGE = { id: ID, status: 'queued', name: 'n', tags: [], size: null, min_disk: 0, min_ram: 0 };
const NEW = { id: ID, name: 'n', container_format: 'bare', disk_format: 'raw', properties: {} };

const closing: (() => void | Promise<void>)[] = [];

interface Glance {
  readonly client: ImageClient;
  readonly server: KeystoneServer;
  /** Requests to the Image API. */
  readonly requests: () => readonly Seen[];
}

async function glance(answer: (seen: Seen, response: ServerResponse, url: string) => void): Promise<Glance> {
  const server = await serveKeystone({ service: answer });
  closing.push(() => server.close());
  return { client: client(server.url, server.url), server, requests: () => server.seen.filter(isImageRequest) };
}

function client(keystone: string, url: string): ImageClient {
  const http = new GotHttp({ tls: { verify: true }, userAgent: 'test', log: silentLog });
  closing.push(() => http.dispose());
  const session = new Session({ cloud: passwordCloud(keystone), http, log: silentLog });
  return new ImageClient({ session, http, endpoint: `${url}/v2`, region: 'RegionOne', log: silentLog });
}

function isImageRequest({ path }: Seen): boolean {
  return path.startsWith('/v2/');
}

async function failure(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

async function listed(from: ImageClient, query?: ListQuery): Promise<readonly (readonly LiveImage[])[]> {
  const pages: (readonly LiveImage[])[] = [];
  for await (const page of from.list(query)) pages.push(page);
  return pages;
}

function ids(pages: readonly (readonly LiveImage[])[]): readonly string[] {
  return pages.flat().map(({ id }) => id);
}

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

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a request to Glance', () => {
  it('accepts JSON only, and carries token and a request id of its own', async () => {
    const { client: images, requests } = await glance((_, response) =>
      json(response, 200, IMAGE, { 'x-openstack-request-id': 'req-theirs' }),
    );
    await images.get(ID);
    const [{ headers, path, method } = assert.fail()] = requests();
    assert.deepEqual(
      [method, path, headers.accept, headers['x-auth-token']],
      ['GET', `/v2/images/${ID}`, 'application/json', 'token-1'],
    );
    assert.match(String(headers['x-openstack-request-id']), /^req-[0-9a-f-]{36}$/);
  });

  it('is sent once more with a new token after a 401, with its whole body', async () => {
    const {
      client: images,
      server,
      requests,
    } = await glance(({ headers }, response) =>
      headers['x-auth-token'] === 'token-1' ? json(response, 401, {}) : json(response, 201, IMAGE),
    );
    await images.create(NEW);
    const bodies = requests().map(({ body }) => JSON.parse(body) as unknown);
    assert.deepEqual(bodies, [bodies[0], bodies[0]]);
    assert.equal(server.logins.length, 2);
  });

  const refusals: readonly (readonly [status: number, body: unknown, code: string, words: RegExp])[] = [
    [300, { versions: [] }, 'glance-wrong-address', /image_endpoint_override/],
    [302, '', 'redirected', /never sent to another address/],
    [400, { message: 'Bad.' }, 'invalid-request', /Bad\./],
    [403, { message: 'Access was denied.<br /><br />\nNot yours.' }, 'forbidden', /failed: Not yours\./],
    [404, { message: 'No image found' }, 'image-not-found', /No image found/],
    [404, '<html><title>404 Not Found</title></html>', 'glance-wrong-address', /image_endpoint_override/],
    [409, { message: 'Busy.' }, 'conflict', /Busy\./],
    [413, { message: 'Attempted to create too many properties.' }, 'quota-exceeded', /too many properties/],
    [415, { message: 'Unsupported.' }, 'format-refused', /disk_format/],
    [418, '', 'http-418', /HTTP 418/],
    [500, '', 'server-error', /request id/],
    [502, '<html><head><title>502 Bad Gateway</title></head></html>', 'server-error', /502 Bad Gateway/],
    [503, { message: 'Down.' }, 'service-unavailable', /Down\./],
  ];
  for (const [status, body, code, words] of refusals) {
    it(`fails as ${code} on ${status}`, async () => {
      const { client: images } = await glance((_, response) => {
        response.writeHead(status, { 'x-openstack-request-id': 'req-theirs' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
      const failed = await failure(images.patch(ID, [{ op: 'add', path: 'name', value: 'x' }]));
      assert.deepEqual(
        [failed.code, failed.status, failed.region, failed.requestId],
        [code, status, 'RegionOne', 'req-theirs'],
      );
      assert.match(failed.explain(), words);
      assert.match(failed.message, new RegExp(`Changing the image ${ID} failed`));
    });
  }

  it('that got no answer names the region and the request id that was sent', async () => {
    const { client: images } = await glance((_, response) => response.destroy());
    const failed = await failure(images.create(NEW));
    assert.deepEqual([failed.code, failed.region], ['connection-lost', 'RegionOne']);
    assert.match(failed.requestId ?? '', /^req-/);
  });

  it('never sends a token to where a redirect points', async () => {
    const elsewhere = await glance((_, response) => json(response, 200, IMAGE));
    const { client: images } = await glance((_, response) =>
      response.writeHead(301, { location: `${elsewhere.server.url}/v2/images/${ID}` }).end(),
    );
    assert.equal((await failure(images.get(ID))).code, 'redirected');
    assert.equal(elsewhere.server.seen.length, 0);
  });

  for (const body of ['', '{"id": "x", "stat', '[]', '{"id": 5, "status": "active"}', 'null']) {
    it(`does not take "${body}" for an image`, async () => {
      const { client: images } = await glance((_, response) =>
        response.writeHead(200, { 'x-openstack-request-id': 'req-theirs' }).end(body),
      );
      const failed = await failure(images.get(ID));
      assert.deepEqual([failed.code, failed.region, failed.requestId], ['glance-unusable', 'RegionOne', 'req-theirs']);
    });
  }
});

describe('finding an image', () => {
  it('is undefined where Glance knows none', async () => {
    const { client: images } = await glance((_, response) => json(response, 404, { message: 'No image found' }));
    assert.equal(await images.find(ID), undefined);
  });

  it('fails where something else answers', async () => {
    const { client: images } = await glance((_, response) => response.writeHead(404).end('not here'));
    assert.equal((await failure(images.find(ID))).code, 'glance-wrong-address');
  });

  it('keeps an odd id inside its path', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 200, IMAGE));
    await images.find('../x?y#z');
    assert.equal(requests()[0]?.path, '/v2/images/..%2Fx%3Fy%23z');
  });
});

describe('creating an image', () => {
  it('sends custom properties at the top level', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 201, IMAGE));
    await images.create({ ...NEW, min_disk: 1, os_hidden: true, properties: { os_distro: 'debian', 'a/b': '1' } });
    const [{ body, headers } = assert.fail()] = requests();
    assert.deepEqual(JSON.parse(body), {
      id: ID,
      name: 'n',
      container_format: 'bare',
      disk_format: 'raw',
      min_disk: 1,
      os_hidden: true,
      os_distro: 'debian',
      'a/b': '1',
    });
    assert.equal(headers['content-type'], 'application/json');
  });

  it('says that the id is taken', async () => {
    const { client: images } = await glance((_, response) => json(response, 409, { message: 'exists' }));
    assert.equal((await failure(images.create(NEW))).code, 'id-taken');
  });

  it('is not repeated by itself, whatever happens', async () => {
    const { client: images, requests } = await glance((_, response) => response.writeHead(503).end());
    assert.equal((await failure(images.create(NEW))).code, 'service-unavailable');
    assert.equal(requests().length, 1);
  });
});

describe('changing an image', () => {
  it('escapes names, and sends the one media type that Glance takes', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 200, IMAGE));
    await images.patch(ID, [
      { op: 'add', path: 'a/b~c~1', value: 'v' },
      { op: 'remove', path: 'ü %' },
      { op: 'replace', path: 'tags', value: [] },
    ]);
    const [{ method, body, headers } = assert.fail()] = requests();
    assert.deepEqual([method, headers['content-type']], ['PATCH', 'application/openstack-images-v2.1-json-patch']);
    assert.deepEqual(JSON.parse(body), [
      { op: 'add', path: '/a~1b~0c~01', value: 'v' },
      { op: 'remove', path: '/ü %' },
      { op: 'replace', path: '/tags', value: [] },
    ]);
  });

  it('sends nothing for nothing', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 200, IMAGE));
    assert.equal((await images.patch(ID, [])).value.id, ID);
    assert.deepEqual(
      requests().map(({ method }) => method),
      ['GET'],
    );
  });
});

describe('deleting an image', () => {
  it('is done where it is gone already', async () => {
    const { client: images } = await glance((_, response) => json(response, 404, { message: 'gone' }));
    await images.delete(ID);
  });

  it('is not done where another server says 404', async () => {
    const { client: images } = await glance((_, response) => response.writeHead(404).end('no such page'));
    assert.equal((await failure(images.delete(ID))).code, 'glance-wrong-address');
  });

  it('tells a protected image from one in use', async () => {
    let status = 403;
    const { client: images } = await glance((_, response) =>
      json(response, status, { message: `Image ${ID} is protected and cannot be deleted.<br /><br />\n\n\n` }),
    );
    assert.equal((await failure(images.delete(ID))).code, 'image-protected');
    status = 409;
    assert.equal((await failure(images.delete(ID))).code, 'image-in-use');
  });
});

describe('listing images', () => {
  const all = ['a', 'b', 'c', 'd', 'e'];

  it('goes on by its own marker, never by the server’s next', async () => {
    const { client: images, requests } = await glance(lists(() => all));
    const pages = await listed(images, { pageSize: 2, parameters: { sort: 'name:asc' } });
    assert.deepEqual(
      pages.map((page) => page.map(({ id }) => id)),
      [['a', 'b'], ['c', 'd'], ['e']],
    );
    const asked = requests().map((seen) => [parameters(seen).get('marker'), parameters(seen).get('sort')]);
    assert.deepEqual(asked, [
      [null, 'name:asc'],
      ['b', 'name:asc'],
      ['d', 'name:asc'],
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
      if (parameters(seen).get('marker') === null) there = ['a', 'c', 'd', 'e', 'f'];
    });
    assert.deepEqual(ids(await listed(images, { pageSize: 2 })), ['a', 'b', 'c', 'd', 'e', 'f']);
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
      images: names.map((id) => ({ ...IMAGE, id })),
      next: '/v2/images?marker=a',
    });
    const same = await glance((_, response) => json(response, 200, page(['a', 'b'])));
    assert.deepEqual(ids(await listed(same.client, { pageSize: 2 })), ['a', 'b']);
    let turn = 0;
    const swinging = await glance((_, response) => {
      turn += 1;
      json(response, 200, page(turn % 2 === 0 ? ['a', 'b'] : ['c', 'd']));
    });
    assert.deepEqual(ids(await listed(swinging.client, { pageSize: 2 })), ['c', 'd', 'a', 'b']);
  });

  it('asks for exact names and compares them again', async () => {
    const { client: images, requests } = await glance((_, response) =>
      json(response, 200, {
        images: [
          { ...IMAGE, name: 'In:x' },
          { ...IMAGE, id: 'b', name: 'in:x' },
        ],
      }),
    );
    assert.deepEqual(ids(await listed(images, { name: 'in:x', owner: 'p', hidden: true })), ['b']);
    const asked = parameters(requests()[0] ?? assert.fail());
    assert.deepEqual([asked.get('name'), asked.get('owner'), asked.get('os_hidden')], ['eq:in:x', 'p', 'true']);
  });

  for (const body of ['', '{"images": [', '{"images": {}}', '<html></html>']) {
    it(`does not take "${body}" for an empty list`, async () => {
      const { client: images } = await glance((_, response) => response.writeHead(200).end(body));
      const failed = await failure(listed(images));
      assert.deepEqual([failed.code, failed.region], ['glance-unusable', 'RegionOne']);
    });
  }

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
    assert.deepEqual(seen, ['a', 'b']);
  });
});

describe('uploading', () => {
  it('sends size, type and token, and returns the request id of the 204', async () => {
    const { client: images, requests } = await glance((_, response) =>
      response.writeHead(204, { 'x-openstack-request-id': 'req-theirs' }).end(),
    );
    const upload = await images.upload(ID, 4);
    await upload.write(Buffer.from('abcd'));
    assert.equal(await upload.finish(), 'req-theirs');
    const [{ method, path, headers, body } = assert.fail()] = requests();
    assert.deepEqual([method, path, body], ['PUT', `/v2/images/${ID}/file`, 'abcd']);
    assert.deepEqual(
      [headers['content-length'], headers['x-openstack-image-size'], headers['content-type'], headers['x-auth-token']],
      ['4', '4', 'application/octet-stream', 'token-1'],
    );
  });

  it('refuses to make an image of no bytes', async () => {
    const { client: images, server } = await glance((_, response) => response.writeHead(204).end());
    assert.equal((await failure(images.upload(ID, 0))).code, 'source-empty');
    assert.equal(server.seen.length, 0);
  });

  it('is never sent again by itself, but the next one has a new token', async () => {
    const {
      client: images,
      server,
      requests,
    } = await glance(({ headers }, response) =>
      headers['x-auth-token'] === 'token-1' ? json(response, 401, {}) : response.writeHead(204).end(),
    );
    const first = await images.upload(ID, 1);
    await first.write(Buffer.from('a'));
    assert.equal((await failure(first.finish())).code, 'token-refused');
    assert.equal(requests().length, 1);
    const second = await images.upload(ID, 1);
    await second.write(Buffer.from('a'));
    await second.finish();
    assert.equal(server.logins.length, 2);
  });

  it('tells an early refusal to who writes, who waits and who finishes, in the words of Glance', async () => {
    const keystone = await glance((_, response) => response.end());
    const early = await serveRaw((request, response) => {
      request.pause();
      json(response, 413, { message: 'Image exceeds the storage quota.' }, { 'x-openstack-request-id': 'req-theirs' });
    });
    closing.push(() => early.close());
    const images = client(keystone.server.url, early.url);
    const upload = await images.upload(ID, 1024 ** 3);
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    for (const told of [() => sending, () => upload.refused, () => upload.finish()]) {
      const failed = await failure(told());
      assert.deepEqual([failed.code, failed.status, failed.requestId], ['quota-exceeded', 413, 'req-theirs']);
      assert.match(failed.explain(), /exceeds the storage quota.*region RegionOne/);
    }
  });

  it('disturbs nobody when its refusal is not looked at', async () => {
    const noticed: unknown[] = [];
    const notice = (reason: unknown): void => void noticed.push(reason);
    process.on('unhandledRejection', notice);
    const never = (): Promise<never> => new Promise(() => undefined);
    openUpload(
      {
        early: Promise.resolve({ status: 409, headers: {}, body: '' }),
        write: never,
        finish: never,
        destroy: () => undefined,
      },
      { requestId: 'req', refuse: () => new Failure('conflict', 'No.'), locate: (error) => error },
    );
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', notice);
    assert.deepEqual(noticed, []);
  });

  for (const status of [200, 201, 500]) {
    it(`fails where it ends with ${status} instead of 204`, async () => {
      const { client: images } = await glance((_, response) => response.writeHead(status).end());
      const upload = await images.upload(ID, 1);
      await upload.write(Buffer.from('a'));
      assert.equal((await failure(upload.finish())).status, status);
    });
  }

  it('names region and request where the connection broke', async () => {
    const keystone = await glance((_, response) => response.end());
    const broken = await serveRaw((request) => request.socket.resetAndDestroy());
    closing.push(() => broken.close());
    const upload = await client(keystone.server.url, broken.url).upload(ID, 1024 ** 3);
    const sending = (async () => {
      for (;;) await upload.write(Buffer.alloc(1024 * 1024));
    })();
    const failed = await failure(sending);
    assert.deepEqual([failed.code, failed.region], ['connection-lost', 'RegionOne']);
    assert.match(failed.requestId ?? '', /^req-/);
  });
});

describe('the formats of a cloud', () => {
  it('come from its schema, whatever else that holds', async () => {
    const schema = { properties: { disk_format: { enum: [null, 'raw', 'qcow2'] }, container_format: 5 } };
    const { client: images } = await glance((_, response) => json(response, 200, schema));
    assert.deepEqual(await images.formats(), { disk: ['raw', 'qcow2'], container: [] });
  });
});
