import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { closeAll, failsWith, failure } from '../../http/surroundings.ts';
import { glance, ID } from '../glance-server.ts';

afterEach(closeAll);

describe('the data of an image', () => {
  it('is none where Glance answers 204, whatever the image says of itself', async () => {
    const { client: images } = await glance((_, response) =>
      response.writeHead(204, { 'x-openstack-request-id': 'req-theirs' }).end(),
    );
    const failed = await failure(images.download(ID, 0));
    assert.deepEqual(
      [failed.code, failed.status, failed.region, failed.requestId],
      ['image-has-no-data', 204, 'RegionOne', 'req-theirs'],
    );
  });

  it('fails where it is cut without an announced length', async () => {
    const { client: images } = await glance((_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(Buffer.alloc(1000), () => response.destroy());
    });
    const { length, content } = await images.download(ID, 0);
    assert.equal(length, undefined);
    await assert.rejects(buffer(content), failsWith('connection-lost'));
  });

  it('comes as it is, though it says that it is encoded', async () => {
    const { client: images, requests } = await glance((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    );
    const { content } = await images.download(ID, 0);
    assert.equal((await buffer(content)).toString(), 'no gzip');
    assert.equal(requests()[0]?.headers['accept-encoding'], 'identity');
  });

  for (const range of [undefined, 'bytes */9', 'bytes x-8/9', 'items 5-8/9', '5-8/9']) {
    it(`begins nowhere that can be believed in a part with ${JSON.stringify(range)}`, async () => {
      const { client: images } = await glance((_, response) =>
        response.writeHead(206, range === undefined ? {} : { 'content-range': range }).end('data'),
      );
      const answer = await images.download(ID, 5);
      answer.destroy();
      assert.equal(answer.start, -1);
    });
  }
});
