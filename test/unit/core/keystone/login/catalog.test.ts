import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import {
  imageEndpoint,
  imageEndpoints,
  imageRoot,
  readCatalog,
} from '../../../../../src/core/keystone/login/catalog.ts';

function catalog(...endpoints: readonly Record<string, unknown>[]): ReturnType<typeof readCatalog> {
  return readCatalog([
    { type: 'compute', endpoints: [{ interface: 'public', region: 'X', url: 'http://n' }] },
    { type: 'image', endpoints },
  ]);
}

describe('the root of an image endpoint', () => {
  const project = '0123456789abcdef0123456789abcdef';
  const roots: readonly (readonly [url: string, root: string])[] = [
    ['http://host:9292', 'http://host:9292/v2'],
    ['http://host:9292/', 'http://host:9292/v2'],
    ['http://host:9292/v2', 'http://host:9292/v2'],
    ['http://host:9292/v2/', 'http://host:9292/v2'],
    ['http://host:9292/v2.15', 'http://host:9292/v2'],
    ['http://host:9292/v1', 'http://host:9292/v2'],
    [`http://host:9292/v2/${project}`, 'http://host:9292/v2'],
    [`https://host/image/${project}`, 'https://host/image/v2'],
    ['https://host/image', 'https://host/image/v2'],
    ['https://host/image/v2/', 'https://host/image/v2'],
    ['https://host/v2-images', 'https://host/v2-images/v2'],
    ['https://host/image/v2/images', 'https://host/image/v2'],
    ['https://host/images', 'https://host/images/v2'],
  ];
  for (const [url, root] of roots) it(url, () => assert.equal(imageRoot(url), root));
});

describe('a catalog', () => {
  it('is read whatever it holds', () => {
    assert.deepEqual(readCatalog(undefined), []);
    assert.deepEqual(readCatalog([null, 5, { type: 'image' }, { type: 'image', endpoints: 'x' }]), []);
    const broken = [
      null,
      { interface: 'public', region: 'R', url: null },
      { interface: 'public', region: 'R', url: 'nonsense' },
      { interface: 'public', region: 'R', url: 'file:///etc/passwd' },
      { region: 'R', url: 'http://host' },
    ];
    assert.deepEqual(readCatalog([{ type: 'image', endpoints: broken }]), []);
  });

  it('gives one endpoint for each region of an interface, in the order of their names', () => {
    const regions = imageEndpoints(
      catalog(
        { interface: 'public', region_id: 'Two', url: 'http://two' },
        { interface: 'internal', region_id: 'Inner', url: 'http://inner' },
        { interface: 'publicURL', region_id: 'One', region: 'old', url: 'http://one/v2' },
        { interface: 'public', region: 'Alias', url: 'http://two/v2/' },
        { interface: 'public', region_id: 'One', url: 'http://one-again' },
      ),
      ['public'],
    );
    assert.deepEqual(regions, [
      { region: 'Alias', url: 'http://two/v2' },
      { region: 'One', url: 'http://one/v2' },
    ]);
  });

  it('gives the endpoint of a region, even of one that shares it', () => {
    const both = catalog(
      { interface: 'public', region: 'B', url: 'http://same' },
      { interface: 'public', region: 'A', url: 'http://same' },
    );
    assert.equal(imageEndpoint(both, ['public'], 'B').url, 'http://same/v2');
    assert.equal(imageEndpoint(both, ['public'], '').region, 'A');
  });

  it('gives the endpoint of the best interface that a region has', () => {
    const mixed = catalog(
      { interface: 'public', region: 'A', url: 'http://a' },
      { interface: 'public', region: 'B', url: 'http://b' },
      { interface: 'internal', region: 'B', url: 'http://inner-b' },
    );
    const wanted = ['internal', 'public'];
    assert.deepEqual(imageEndpoints(mixed, wanted), [
      { region: 'A', url: 'http://a/v2' },
      { region: 'B', url: 'http://inner-b/v2' },
    ]);
    assert.equal(imageEndpoint(mixed, wanted, 'A').url, 'http://a/v2');
    assert.throws(() => imageEndpoint(mixed, ['admin', 'internal'], 'A'), /no admin or internal endpoint/);
  });

  it('has the images in the service of the type and name that the cloud wants', () => {
    const endpoint = (url: string): unknown[] => [{ interface: 'public', region: 'R', url }];
    const services = [
      { type: 'image', name: 'glance', endpoints: endpoint('http://a') },
      { type: 'image', name: 'mine', endpoints: endpoint('http://b') },
      { type: 'my-image', name: 'mine', endpoints: endpoint('http://c') },
    ];
    const urls = (service: Parameters<typeof readCatalog>[1]): readonly string[] =>
      readCatalog(services, service).map(({ url }) => url);
    assert.deepEqual(urls({}), ['http://a/v2', 'http://b/v2']);
    assert.deepEqual(urls({ name: 'mine' }), ['http://b/v2']);
    assert.deepEqual(urls({ type: 'my-image' }), ['http://c/v2']);
  });

  it('takes an endpoint without a region', () => {
    const only = catalog({ interface: 'public', region: null, url: 'http://one' });
    assert.deepEqual(imageEndpoints(only, ['public']), [{ region: '', url: 'http://one/v2' }]);
  });

  it('lists what there is where something is missing', () => {
    const internal = catalog({ interface: 'internal', region: 'RegionOne', url: 'http://one' });
    const asked = (region: string): Failure => {
      try {
        imageEndpoint(internal, ['public'], region);
      } catch (error) {
        if (error instanceof Failure) return error;
      }
      throw new Error('It did not fail.');
    };
    const failure = asked('regionone');
    assert.equal(failure.code, 'no-image-service');
    assert.match(failure.explain(), /no public endpoint.*"regionone".*RegionOne \(internal\).*case-sensitive/);
    assert.match(asked('').explain(), /no public endpoint for an image service\. It has: RegionOne \(internal\)/);
    assert.throws(() => imageEndpoint([], ['public'], 'R'), /The catalog has no public endpoint/);
  });
});
