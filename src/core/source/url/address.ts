import { BlockList, isIP } from 'node:net';
import { Failure } from '../../failure.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** What kind of network an address belongs to. */
export type AddressKind = 'link-local' | 'loopback' | 'private' | 'public';

/** A parsed source URL. What is shown and sent never holds the userinfo. */
export interface SourceAddress {
  /** The URL to request, without userinfo and fragment. */
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
      // Metadata services of clouds outside of link-local addresses, where machines get their credentials:
      // Azure's wire server (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16)
      ['168.63.129.16', 32, 'ipv4'],
      // Oracle Cloud (classic); Alibaba Cloud (https://www.alibabacloud.com/help/ecs/user-guide/view-instance-metadata)
      ['192.0.0.192', 32, 'ipv4'],
      ['100.100.100.200', 32, 'ipv4'],
      // Amazon EC2 and ECS, with EKS; Google Compute Engine; Scaleway
      ['fd00:ec2::', 32, 'ipv6'],
      ['fd20:ce::254', 128, 'ipv6'],
      ['fd00:42::42', 128, 'ipv6'],
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

/** Names of metadata services inside their clouds, because behind a proxy no address is seen. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
]);

const BLOCKS = RANGES.map(([kind, ranges]) => {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return [kind, list] as const;
});

/** The kind of an IP address. If it embeds an IPv4 address, the more private kind of the two. */
export function addressKind(address: string): AddressKind {
  const plain = address.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '';
  if (isIP(plain) !== 6) return blockOf(plain, 'ipv4');
  const kinds = [blockOf(plain, 'ipv6'), ...embedded(plain).map((inner) => blockOf(inner, 'ipv4'))];
  return BLOCKS.find(([kind]) => kinds.includes(kind))?.[0] ?? 'public';
}

function blockOf(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  return BLOCKS.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

/**
 * The IPv4 addresses that a gateway or the system may reach for an IPv6 address: mapped and compatible (RFC 4291), translated
 * (RFC 2765, RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 */
function embedded(address: string): readonly string[] {
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups(address);
  const zero = (...parts: readonly number[]): boolean => parts.every((part) => part === 0);
  const last = dotted(g6, g7);
  // Also ::ffff:a.b.c.d and ::ffff:0:a.b.c.d.
  if (zero(g0, g1, g2, g3) && ((g4 === 0 && [0, 0xffff].includes(g5)) || (g4 === 0xffff && g5 === 0))) {
    // :: and ::1 embed no IPv4 address.
    return g5 === 0 && g4 === 0 && g6 === 0 && g7 <= 1 ? [] : [last];
  }
  if (g0 === 0x64 && g1 === 0xff9b && g2 === 0) return [last];
  // A local prefix, with the IPv4 address after 48, 56, 64 or 96 bits. One that begins with 0 is none.
  if (g0 === 0x64 && g1 === 0xff9b && g2 === 1) {
    const middle = ((g4 & 0xff) << 8) | (g5 >> 8);
    const behind56 = dotted(((g3 & 0xff) << 8) | (g4 & 0xff), g5);
    const behind64 = dotted(middle, ((g5 & 0xff) << 8) | (g6 >> 8));
    return [last, dotted(g3, middle), behind56, behind64].filter((inner) => !inner.startsWith('0.'));
  }
  if (g0 === 0x2002) return [dotted(g1, g2)];
  // The server, and the client with inverted bits.
  if (g0 === 0x2001 && g1 === 0) return [dotted(g2, g3), dotted(g6 ^ 0xffff, g7 ^ 0xffff)];
  return [0, 0x200].includes(g4) && g5 === 0x5efe ? [last] : [];
}

/** The eight groups of an IPv6 address, from the URL parser's canonical form. */
function groups(address: string): readonly number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::', 2);
  const read = (text: string): readonly number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [before, after] = [read(head), read(tail)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The kind of network of a URL's host, as far as known without DNS: names other than `localhost` are unknown. */
export function hostKind(url: string): AddressKind {
  const host = URL.parse(url)?.hostname ?? '';
  if (/^(?:.*\.)?localhost\.?$/i.test(host)) return 'loopback';
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? 'public' : addressKind(host);
}

/** Refuses addresses that no source may be fetched from. Throws `source-address-refused`. */
export function checkHop(url: string, from: string | undefined): void {
  const parsed = URL.parse(url);
  const hop = from === undefined ? '' : `${withoutSecrets(from)} redirects to it. `;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    const scheme = parsed === null ? 'no address' : `an address of ${parsed.protocol}//`;
    const text = `${from === undefined ? 'The source' : `${withoutSecrets(from)} redirects to what`} is ${scheme}. Only http and https are supported.`;
    throw new Failure('source-address-refused', text, { next: 'Correct "image_source_url".' });
  }
  const host = parsed.hostname.replace(/\.$/, '').toLowerCase();
  if (hostKind(url) === 'link-local' || METADATA_NAMES.has(host)) throw refused(parsed.hostname, hop);
}

/** Refuses an address that a name resolved to. Throws `source-address-refused`. */
export function checkResolved(name: string, address: string): void {
  if (addressKind(address) === 'link-local') throw refused(`${name} (${address})`, '');
}

/** Separates credentials from a URL. Throws `source-address-refused`. */
export function readAddress(written: string): SourceAddress {
  const parsed = URL.parse(written);
  if (parsed === null) throw new Failure('source-address-refused', 'The source is not an http or https address.');
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
    `${host} is a link-local address, or one of a cloud's metadata service. ${hop}Nothing is fetched from there, because machines keep credentials at such addresses.`,
    { next: 'Correct "image_source_url".' },
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded: keep it as written.
    return text;
  }
}

/** The most private of several kinds; `public` for none. */
export function mostPrivate(...kinds: readonly AddressKind[]): AddressKind {
  const order = RANGES.map(([kind]) => kind);
  return order.find((kind) => kinds.includes(kind)) ?? 'public';
}
