import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import {
  addressKind,
  checkHop,
  checkResolved,
  hostKind,
  readAddress,
  type AddressKind,
} from '../../../../../src/core/source/url/address.ts';
import type { DownloadHttp } from '../../../../../src/core/http/http.ts';
import { ask, type SourceRequest } from '../../../../../src/core/source/url/follow.ts';
import { closeAll, failsWith, http, kept } from '../../http/surroundings.ts';
import { serve } from '../../http/test-server.ts';

afterEach(closeAll);

const request = (url: string, more: Partial<SourceRequest> = {}): SourceRequest => ({
  url,
  headers: {},
  stallTimeout: 60_000,
  signal: undefined,
  ...more,
});

describe('a source that redirects', () => {
  it('is followed, with the credentials for the first origin only', async () => {
    const last = kept(await serve((_, response) => response.end('bytes')));
    const first = kept(
      await serve((seen, response) =>
        response.writeHead(302, { location: seen.path === '/a' ? '/b' : `${last.url}/c` }).end(),
      ),
    );
    const credentials = { username: 'reader', password: 'p:w' };
    const answer = await ask(http(), request(`${first.url}/a`, { credentials }));
    answer.destroy();
    assert.equal(answer.status, 200);
    const basic = `Basic ${Buffer.from('reader:p:w').toString('base64')}`;
    assert.deepEqual(
      [...first.seen, ...last.seen].map(({ path, headers }) => [path, headers.authorization]),
      [
        ['/a', basic],
        ['/b', basic],
        ['/c', undefined],
      ],
    );
  });

  for (const [what, location] of [
    ['another scheme', 'file:///etc/passwd'],
    ['a link-local address', 'http://169.254.169.254/latest/meta-data'],
    ['a link-local address in disguise', 'http://0xa9fea9fe/'],
    ['a link-local address within IPv6', 'http://[::ffff:169.254.169.254]/'],
  ] as const) {
    it(`is not followed to ${what}`, async () => {
      const server = kept(await serve((_, response) => response.writeHead(307, { location }).end()));
      await assert.rejects(ask(http(), request(server.url)), failsWith('source-address-refused'));
    });
  }

  it('to loopback says so, even where the last hop is public again', async () => {
    const hops: Readonly<Record<string, string>> = {
      'https://images.example.org/a': 'http://127.0.0.1:8080/b',
      'http://127.0.0.1:8080/b': 'https://mirror.example.org/c',
    };
    const answering: DownloadHttp = {
      download: ({ url, checkAddress }) => {
        if (url.startsWith('https:')) checkAddress?.('8.8.8.8');
        const location = hops[url];
        const status = location === undefined ? 200 : 302;
        const content = Readable.from([Buffer.from('bytes')]);
        return Promise.resolve({ status, headers: { location }, content, destroy: () => content.destroy() });
      },
    };
    const answer = await ask(answering, request('https://images.example.org/a'));
    assert.deepEqual([answer.status, answer.network], [200, 'loopback']);
    assert.equal((await ask(answering, request('https://mirror.example.org/c'))).network, 'public');
  });

  it('for ever is given up', async () => {
    const server = kept(await serve((_, response) => response.writeHead(301, { location: '/again' }).end()));
    await assert.rejects(ask(http(), request(server.url)), failsWith('too-many-redirects'));
  });
});

describe('the address of a source', () => {
  it('is refused where it is link-local, before anything is sent', async () => {
    await assert.rejects(ask(http(), request('http://169.254.169.254/')), failsWith('source-address-refused'));
    await assert.rejects(ask(http(), request('http://[fe80::1]/')), failsWith('source-address-refused'));
  });

  const KINDS: readonly (readonly [address: string, kind: AddressKind])[] = [
    ['64:ff9b::169.254.169.254', 'link-local'],
    ['64:ff9b::a9fe:a9fe', 'link-local'],
    ['64:ff9b:1::169.254.169.254', 'link-local'],
    ['64:ff9b:1:a9fe:a9:fe00::', 'link-local'],
    ['64:ff9b:1:1a9:fe:a9fe::', 'link-local'],
    ['64:ff9b:1:1:a9:fea9:fe00:0', 'link-local'],
    ['2002:a9fe:a9fe::', 'link-local'],
    ['2002:a9fe:a9fe:1::5', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['::FFFF:A9FE:A9FE', 'link-local'],
    ['::ffff:0:169.254.169.254', 'link-local'],
    ['::169.254.169.254', 'link-local'],
    ['0:0:0:0:0:0:a9fe:a9fe', 'link-local'],
    ['2001:db8::5efe:169.254.169.254', 'link-local'],
    ['2001:db8::200:5efe:169.254.169.254', 'link-local'],
    ['2001:0:a9fe:a9fe::', 'link-local'],
    ['2001:0:808:808:0:0:5601:5601', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['168.63.129.16', 'link-local'],
    ['192.0.0.192', 'link-local'],
    ['100.100.100.200', 'link-local'],
    ['::ffff:168.63.129.16', 'link-local'],
    ['fd00:ec2::254', 'link-local'],
    ['fd00:ec2::23', 'link-local'],
    ['fd20:ce::254', 'link-local'],
    ['fd00:42::42', 'link-local'],
    ['2002:7f00:1::', 'loopback'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['fd12::1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::8.8.8.8', 'public'],
    ['2002:808:808::1', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['2a00:1450:4001:81b::200e', 'public'],
    ['168.63.129.17', 'public'],
  ];
  for (const [address, kind] of KINDS) {
    it(`${address} is ${kind}`, () => {
      assert.equal(addressKind(address), kind);
      // As it comes out of a lookup, and as a URL writes it.
      const check = (): void => checkResolved('name', address);
      if (kind === 'link-local') assert.throws(check, failsWith('source-address-refused'));
      else check();
      if (address.includes('%')) return;
      assert.equal(hostKind(`http://${address.includes(':') ? `[${address}]` : address}/`), kind);
    });
  }

  it('is refused where its name is that of a metadata service', () => {
    for (const host of ['metadata.google.internal', 'METADATA.google.internal.', 'metadata.goog'])
      assert.throws(
        () => checkHop(`http://${host}/computeMetadata/v1/`, undefined),
        failsWith('source-address-refused'),
      );
  });

  it('is refused where its name stands for a link-local one', async () => {
    const { lookupChecked } = await import('../../../../../src/node/http/lookup.ts');
    const seen: string[] = [];
    const lookup = lookupChecked((address) => {
      seen.push(address);
      throw new Error('refused');
    });
    const error = await new Promise((resolve) => lookup('localhost', { all: true }, resolve));
    assert.match(String(error), /refused/);
    assert.ok(seen.length > 0);
  });

  it('says what network it leads to', async () => {
    const server = kept(await serve((_, response) => response.end('x')));
    const answer = await ask(http(), request(server.url.replace('127.0.0.1', 'localhost')));
    answer.destroy();
    assert.equal(answer.network, 'loopback');
  });

  it('is classified as the registries say', () => {
    const kinds = [
      '127.0.0.1',
      '::1',
      '10.1.2.3',
      '172.31.0.1',
      '172.32.0.1',
      '192.168.1.1',
      'fd00::1',
      '8.8.8.8',
      '::ffff:10.0.0.1',
      'fe80::1%eth0',
    ];
    assert.deepEqual(kinds.map(addressKind), [
      'loopback',
      'loopback',
      'private',
      'private',
      'public',
      'private',
      'private',
      'public',
      'private',
      'link-local',
    ]);
    assert.equal(hostKind('http://LOCALHOST./x'), 'loopback');
    assert.equal(hostKind('http://2130706433/x'), 'loopback');
    assert.equal(hostKind('https://example.org/127.0.0.1'), 'public');
  });

  it('gives its credentials away to nobody who sees the URL', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (username, password) => {
        const written = new URL('https://images.example/disk.img?x=1#top');
        written.username = encodeURIComponent(username);
        written.password = encodeURIComponent(password);
        const address = readAddress(written.href);
        assert.equal(address.url, 'https://images.example/disk.img?x=1');
        assert.deepEqual([address.username, address.password], [username, password]);
      }),
    );
  });
});
