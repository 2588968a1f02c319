import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * Whether `NO_PROXY` names the host of a URL. Entries are read as curl and Python's requests read them, separated by commas or blanks:
 * `*`; a domain, with or without a dot before it, which means the domain and every name below it; an address; a network (`10.0.0.0/8`,
 * `fd00::/8`). `*.example.org` and a range (`10.0.0.1-10.0.0.9`) are read as Node.js reads them. Any but a network and a range may end in
 * a port. No name is resolved: a network matches only addresses. See https://curl.se/docs/manpage.html#--noproxy
 */
export function isSpared(url: string, noProxy: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  const host = plainHost(parsed.hostname);
  const port = parsed.port || (parsed.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = entry, onPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (onPort !== undefined && Number(onPort) !== Number(port)) return false;
    return name === '*' || (isIP(host) === 0 ? isWithinDomain(host, name) : isAmongAddresses(host, name));
  });
}

/** A host without brackets, and without the dot that ends an absolute name. */
function plainHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isWithinDomain(host: string, entry: string): boolean {
  const below = entry.startsWith('*.');
  const domain = domainToASCII(plainHost(entry.replace(/^\*?\./, '')));
  if (domain === '') return false;
  return host.endsWith(`.${domain}`) || (!below && host === domain);
}

function isAmongAddresses(host: string, entry: string): boolean {
  const listed = new BlockList();
  try {
    const [, network, bits] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
    const [, first, last] = /^([^-]+)-([^-]+)$/.exec(entry) ?? [];
    if (network !== undefined) listed.addSubnet(plainHost(network), Number(bits), family(network));
    else if (first !== undefined && last !== undefined) listed.addRange(first, last, family(first));
    else listed.addAddress(plainHost(entry), family(entry));
  } catch {
    // It is no address.
    return false;
  }
  return listed.check(host, family(host));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
