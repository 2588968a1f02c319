import type { ServerResponse } from 'node:http';
import type { Cloud } from '../../../../src/core/keystone/clouds/configuration.ts';
import { json, serve, type Seen, type TestServer } from '../http/test-server.ts';

export interface KeystoneServer extends TestServer {
  /** Bodies of the logins so far. */
  readonly logins: readonly unknown[];
}

/** A server that issues the tokens `token-1`, `token-2`… and leaves everything else to `service`. */
export async function serveKeystone(
  options: {
    /** Seconds. */
    readonly life?: number;
    /** ISO 8601; the server's clock need not be ours. */
    readonly issuedAt?: string;
    readonly catalog?: (url: string) => unknown;
    /** More of the token's document. */
    readonly token?: Readonly<Record<string, unknown>>;
    readonly login?: (count: number, response: ServerResponse) => boolean;
    readonly service?: (seen: Seen, response: ServerResponse, url: string) => void;
  } = {},
): Promise<KeystoneServer> {
  const logins: unknown[] = [];
  const { life = 3600, issuedAt = new Date().toISOString() } = options;
  const server = await serve((seen, response) => {
    if (seen.path !== '/v3/auth/tokens') {
      if (options.service === undefined) response.writeHead(404).end();
      else options.service(seen, response, server.url);
      return;
    }
    logins.push(JSON.parse(seen.body));
    if (options.login?.(logins.length, response) === true) return;
    const token = {
      issued_at: issuedAt,
      expires_at: new Date(Date.parse(issuedAt) + life * 1000).toISOString(),
      project: { id: 'p1', name: 'demo' },
      catalog: options.catalog?.(server.url) ?? imageCatalog(server.url),
      ...options.token,
    };
    json(response, 201, { token }, { 'X-Subject-Token': `token-${logins.length}` });
  });
  return Object.defineProperty(server, 'logins', { value: logins }) as KeystoneServer;
}

export function imageCatalog(url: string): unknown {
  return [{ type: 'image', endpoints: [{ interface: 'public', region_id: 'RegionOne', region: 'RegionOne', url }] }];
}

/** A password cloud at `url`. */
export function passwordCloud(url: string, change: Partial<Cloud> = {}): Cloud {
  return {
    name: 'demo',
    origin: '/etc/openstack/clouds.yaml',
    authType: 'password',
    auth: { auth_url: url, username: 'ann', password: 'hush', project_name: 'demo' },
    regions: [],
    interfaces: ['public'],
    tls: { verify: true },
    problems: [],
    ...change,
  };
}
