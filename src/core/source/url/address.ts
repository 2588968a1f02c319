import { BlockList, isIP } from 'node:net';
import { Failure } from '../../failure.ts';
import { withoutSecrets } from '../../http/connection-failure.ts';

/** What kind of network an address belongs to. */
export type AddressKind = 'link-local' | 'loopback' | 'private' | 'public';

/** A source's URL, taken apart: what is shown and sent never holds the userinfo. */
export interface SourceAddress {
  /** Without userinfo and fragment, as it is requested. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

const RANGES: readonly (readonly [AddressKind, readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]])[] = [
  [
    'link-local',
    [
      ['169.254.0.0', 16, 'ipv4'],
      ['fe80::', 10, 'ipv6'],
      // Metadata services of clouds over IPv6.
      ['fd00:ec2::254', 128, 'ipv6'],
    ],
  ],
  [
    'loopback',
    [
      ['127.0.0.0', 8, 'ipv4'],
      ['0.0.0.0', 8, 'ipv4'],
      ['::', 127, 'ipv6'],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8, 'ipv4'],
      ['172.16.0.0', 12, 'ipv4'],
      ['192.168.0.0', 16, 'ipv4'],
      ['100.64.0.0', 10, 'ipv4'],
      ['fc00::', 7, 'ipv6'],
    ],
  ],
];

const BLOCKS = RANGES.map(([kind, ranges]) => {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return [kind, list] as const;
});

/** The kind of an IP address; IPv4 inside IPv6 counts as IPv4. */
export function addressKind(address: string): AddressKind {
  const plain = address.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '';
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  return BLOCKS.find(([, list]) => list.check(plain, family))?.[0] ?? 'public';
}

/** The kind of network that a URL's host says itself; a name other than `localhost` says nothing before it is looked up. */
export function hostKind(url: string): AddressKind {
  const host = URL.parse(url)?.hostname ?? '';
  if (/^(?:.*\.)?localhost\.?$/i.test(host)) return 'loopback';
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? 'public' : addressKind(host);
}

/** Refuses what no source may be fetched from. Throws `source-address-refused`. */
export function checkHop(url: string, from: string | undefined): void {
  const parsed = URL.parse(url);
  const hop = from === undefined ? '' : `${withoutSecrets(from)} redirects to it. `;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    const scheme = parsed === null ? 'no address' : `an address of ${parsed.protocol}//`;
    const text = `${from === undefined ? 'The source' : `${withoutSecrets(from)} redirects to what`} is ${scheme}; only http and https are fetched.`;
    throw new Failure('source-address-refused', text, { next: 'Correct "image_source_url".' });
  }
  if (hostKind(url) === 'link-local') throw refused(parsed.hostname, hop);
}

/** Refuses an address that a name turned out to stand for. Throws `source-address-refused`. */
export function checkResolved(name: string, address: string): void {
  if (addressKind(address) === 'link-local') throw refused(`${name} (${address})`, '');
}

/** Takes credentials out of a URL. Throws `source-address-refused`. */
export function readAddress(written: string): SourceAddress {
  const parsed = URL.parse(written);
  if (parsed === null) throw new Failure('source-address-refused', 'The source is no http or https address.');
  const username = decoded(parsed.username);
  const password = decoded(parsed.password);
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  return {
    url: parsed.href,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
}

function refused(host: string, hop: string): Failure {
  return new Failure(
    'source-address-refused',
    `${host} is a link-local address. ${hop}Nothing is fetched from there: machines keep their credentials at such addresses.`,
    { next: 'Correct "image_source_url".' },
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No encoding: as it stands.
    return text;
  }
}

/** The most private of several kinds; `public` of none. */
export function mostPrivate(...kinds: readonly AddressKind[]): AddressKind {
  const order = RANGES.map(([kind]) => kind);
  return order.find((kind) => kinds.includes(kind)) ?? 'public';
}
