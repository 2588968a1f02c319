import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import type { Glance } from '../request.ts';

/** Addresses that Glance does not fetch from, to protect the server's own network. */
const refused = new BlockList();
refused.addSubnet('127.0.0.0', 8);
refused.addSubnet('169.254.0.0', 16);
refused.addSubnet('0.0.0.0', 8);
refused.addAddress('::1', 'ipv6');
refused.addAddress('::', 'ipv6');
refused.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whether Glance's filter allows a URI: http or https, port 80 or 443, no loopback or link-local address.
 * `sources` are `host:port` pairs that are allowed anyway.
 */
export async function mayDownload(uri: string | undefined, sources: readonly string[]): Promise<boolean> {
  if (uri === undefined || !URL.canParse(uri)) return false;
  const { protocol, hostname, port } = new URL(uri);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const number = port || (protocol === 'http:' ? '80' : '443');
  if (sources.includes(`${hostname}:${number}`)) return true;
  if (number !== '80' && number !== '443') return false;
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  return (
    found.length > 0 && found.every(({ address, family }) => !refused.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  );
}

/**
 * The bytes of a URI, following redirects through the same filter. Throws for any status but 200, and at the end if
 * the source said another `Content-Length`; Glance 25 fails without one.
 */
export async function* download(
  uri: string,
  { importSources, stopping: signal, release }: Glance,
): AsyncIterable<Buffer> {
  let place = uri;
  for (let hops = 0; hops < 10; hops++) {
    const response = await fetch(place, { redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      place = new URL(location, place).href;
      if (!(await mayDownload(place, importSources))) throw new Error(`Redirected to ${place}, which is filtered.`);
      continue;
    }
    if (response.status !== 200 || response.body === null) throw new Error(`HTTP ${response.status}`);
    let size = 0;
    for await (const piece of response.body) {
      size += piece.length;
      yield Buffer.from(piece);
    }
    const said = response.headers.get('content-length') ?? (release < 33 ? undefined : String(size));
    if (String(size) !== said) throw new Error('Another length than was said.');
    return;
  }
  throw new Error('Too many redirects.');
}
