import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { closeAll, failure } from '../../http/surroundings.ts';
import { json } from '../../http/test-server.ts';
import type { ImageClient } from '../../../../../src/core/glance/client/image-client.ts';
import { client, glance, ID, IMAGE, listed, NEW } from '../glance-server.ts';

afterEach(closeAll);

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

  it('deactivates and reactivates without a body', async () => {
    const { client: images, requests } = await glance((_, response) => response.writeHead(204).end());
    await images.deactivate(ID);
    await images.reactivate(ID);
    assert.deepEqual(
      requests().map(({ method, path, body }) => [method, path, body]),
      [
        ['POST', `/v2/images/${ID}/actions/deactivate`, ''],
        ['POST', `/v2/images/${ID}/actions/reactivate`, ''],
      ],
    );
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
    [413, '<html><head><title>413 Request Entity Too Large</title></head></html>', 'quota-exceeded', /Too Large/],
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

  const [reader, member] = [[{ name: 'reader' }], [{ name: 'reader' }, { name: 'member' }]];
  const forbidden: readonly (readonly [said: string, token: object, next: RegExp])[] = [
    ['You are not authorized to complete modify_image action.', { roles: reader }, /only "reader".*role "member"/],
    ['You are not authorized to complete modify_image action.', { roles: member }, /for permission\.$/],
    ['You are not authorized to complete publicize_image action.', { roles: member }, /remove that argument\.$/],
    ["Property 'os_distro' is protected", {}, /remove that argument\.$/],
    ['Not allowed to upload.', {}, /for permission\.$/],
  ];
  for (const [message, token, next] of forbidden) {
    it(`says what helps against a 403 "${message}" to a login with ${JSON.stringify(token)}`, async () => {
      const { client: images } = await glance((_, response) => json(response, 403, { message }), { ...token });
      assert.match((await failure(images.create(NEW))).next ?? '', next);
    });
  }

  for (const [status, message, code] of [
    [403, 'You are not authorized to complete modify_image action.', 'project-required'],
    [404, 'The resource could not be found.', 'project-required'],
    [404, `No image found with ID ${ID}`, 'image-not-found'],
  ] as const) {
    it(`of a login without a project fails as ${code} on ${status} "${message}"`, async () => {
      const { client: images } = await glance((_, response) => json(response, status, { message }), {
        project: undefined,
      });
      assert.equal((await failure(images.get(ID))).code, code);
    });
  }

  const tooLarge: readonly (readonly [body: string, next: RegExp])[] = [
    ['{"message": "The incoming image is too large: it exceeds the limit"}', /image_size_cap/],
    [
      '{"message": "The limit has been exceeded on the number of allowed image tags. Attempted: 3, Maximum: 2"}',
      /tags/,
    ],
    ['{"message": "Image storage media is full: There is not enough disk space"}', /store of the cloud/],
    ['<html><head><title>413 Request Entity Too Large</title></head></html>', /web server in front/],
  ];
  for (const [body, next] of tooLarge) {
    it(`does not blame the quota for a 413 ${body}`, async () => {
      const { client: images } = await glance((_, response) => response.writeHead(413).end(body));
      const failed = await failure(images.create(NEW));
      assert.equal(failed.code, 'quota-exceeded');
      assert.match(failed.next ?? '', next);
      assert.doesNotMatch(failed.next ?? '', /Free some/);
    });
  }

  it('blames the quota where that is exceeded, in the words of old and of new releases', async () => {
    for (const message of [
      'Denying attempt to upload image because it exceeds the quota: The size of the data 2 will exceed the limit.',
      'Resource image_size_total is over limit of 5 due to current usage 4 and delta 2',
    ]) {
      const { client: images } = await glance((_, response) => json(response, 413, { message }));
      assert.match((await failure(images.create(NEW))).next ?? '', /Free some quota/);
    }
  });

  it('says where a redirect leads, without its query', async () => {
    const { client: images } = await glance((_, response) =>
      response.writeHead(301, { location: 'https://me:hush@glance.example/v2/images?hush' }).end(),
    );
    const failed = await failure(images.get(ID));
    assert.match(failed.next ?? '', /redirects to https:\/\/glance\.example\/v2\/images\. Correct the endpoint/);
    assert.doesNotMatch(failed.explain(), /hush/);
  });

  it('fails on 300 Multiple Choices, whatever was asked', async () => {
    const { client: images } = await glance((_, response) => json(response, 300, { versions: [] }));
    const upload = await images.upload(ID, 1);
    const works: readonly Promise<unknown>[] = [
      images.get(ID),
      images.find(ID),
      images.create(NEW),
      images.delete(ID),
      images.deactivate(ID),
      images.formats(),
      images.download(ID, 0),
      listed(images),
      upload.write(Buffer.from('a')).then(() => upload.finish()),
    ];
    for (const failed of await Promise.all(works.map(failure))) {
      assert.deepEqual([failed.code, failed.status, failed.region], ['glance-wrong-address', 300, 'RegionOne']);
    }
  });

  it('that got no answer names the region and the request id that was sent', async () => {
    const { client: images } = await glance((_, response) => response.destroy());
    const failed = await failure(images.create(NEW));
    assert.deepEqual([failed.code, failed.region], ['connection-lost', 'RegionOne']);
    assert.match(failed.requestId ?? '', /^req-/);
  });

  it('tells neither token nor password, to the log or in what it throws', async () => {
    const lines: string[] = [];
    const keep = (line: string): void => void lines.push(line);
    const log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
    const answers: readonly ((response: ServerResponse) => unknown)[] = [
      (response) => response.destroy(),
      (response) => response.writeHead(401).end('{}'),
      (response) => response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
      (response) => response.writeHead(500).end('<html><title>Broken</title></html>'),
      (response) => response.writeHead(200).end('{"half'),
    ];
    for (const answer of answers) {
      const { server } = await glance((_, response) => void answer(response));
      const images = client(server.url, server.url, log);
      const upload = await images.upload(ID, 1);
      const works = [
        images.get(ID),
        images.create(NEW),
        images.delete(ID),
        listed(images),
        upload.write(Buffer.from('a')).then(() => upload.finish()),
      ];
      for (const failed of await Promise.all(works.map(failure))) {
        assert.doesNotMatch(inspect(failed, { depth: 20, showHidden: true }), /token-\d|hush/);
      }
    }
    assert.ok(lines.length > 0);
    assert.doesNotMatch(lines.join('\n'), /token-\d|hush/);
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

  it('asks for nothing by what is no id', async () => {
    const { client: images, requests } = await glance((_, response) => json(response, 200, IMAGE));
    assert.equal(await images.find('../x?y#z'), undefined);
    for (const id of ['..', '', 'x', `${ID}/..`]) {
      assert.equal((await failure(images.get(id))).code, 'image-id-invalid');
      assert.equal((await failure(images.delete(id))).code, 'image-id-invalid');
      assert.equal((await failure(images.upload(id, 1))).code, 'image-id-invalid');
    }
    assert.deepEqual(requests(), []);
  });
});

describe('an answer about another image', () => {
  const OTHER = 'aaaaaaaa-9dad-11d1-80b4-00c04fd430c8';
  const works: readonly (readonly [name: string, work: (images: ImageClient) => Promise<unknown>])[] = [
    ['reading', (images) => images.get(ID)],
    ['finding', (images) => images.find(ID)],
    ['creating', (images) => images.create(NEW)],
    ['changing', (images) => images.patch(ID, [{ op: 'add', path: 'name', value: 'x' }])],
    ['changing nothing', (images) => images.patch(ID, [])],
  ];
  for (const [name, work] of works) {
    for (const id of [OTHER, '/../../x/.config/autostart/evil', `${ID}\n`, '', '..']) {
      it(`is refused: ${name}, ${JSON.stringify(id)}`, async () => {
        const { client: images } = await glance(({ method }, response) =>
          json(response, method === 'POST' ? 201 : 200, { ...IMAGE, id }),
        );
        const failed = await failure(work(images));
        assert.deepEqual([failed.code, failed.region], ['glance-unusable', 'RegionOne']);
        assert.doesNotMatch(failed.explain(), /autostart/);
      });
    }
  }

  it('is none where only the case of the id differs', async () => {
    const { client: images } = await glance((_, response) => json(response, 200, { ...IMAGE, id: ID.toUpperCase() }));
    assert.equal((await images.get(ID)).id, ID);
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

describe('the formats of a cloud', () => {
  it('come from its schema, whatever else that holds', async () => {
    const schema = { properties: { disk_format: { enum: [null, 'raw', 'qcow2'] }, container_format: 5 } };
    const { client: images } = await glance((_, response) => json(response, 200, schema));
    assert.deepEqual(await images.formats(), { disk: ['raw', 'qcow2'], container: [] });
  });
});
