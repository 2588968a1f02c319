import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { lookFromHere } from '../../../../../src/core/source/url/look-from-here.ts';
import { closeAll } from '../../http/surroundings.ts';
import { cacheInFolder, Origin, wanted } from './origin.ts';

describe('a look at a source that somebody else fetches', () => {
  afterEach(closeAll);

  it('tells its size and ETag', async () => {
    const origin = await Origin.start(Buffer.from('bytes'));
    const { cache } = await cacheInFolder();
    const { size, validators, unreached } = await lookFromHere(cache, wanted(origin.url));
    assert.deepEqual([size, validators.etag, unreached], [5, '"one"', undefined]);
  });

  it('is no failure where this machine is refused or finds nobody', async () => {
    const origin = await Origin.start(Buffer.from('bytes'));
    origin.intercept = (_seen, response) => {
      response.writeHead(403).end();
      return true;
    };
    const { cache } = await cacheInFolder();
    const refused = await lookFromHere(cache, wanted(origin.url));
    assert.deepEqual([refused.unreached?.status, refused.size, refused.network], [403, undefined, 'loopback']);
    const nobody = await lookFromHere(cache, wanted('http://127.0.0.1:1/disk.img'));
    assert.equal(nobody.unreached?.code, 'connection-refused');
  });

  it('refuses an address that nobody should fetch from', async () => {
    const { cache } = await cacheInFolder();
    await assert.rejects(lookFromHere(cache, wanted('http://169.254.169.254/latest')), (error) =>
      Failure.is(error, 'source-address-refused'),
    );
  });
});
