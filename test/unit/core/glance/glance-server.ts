import type { ServerResponse } from 'node:http';
import { ImageClient } from '../../../../src/core/glance/client/image-client.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type { ListQuery } from '../../../../src/core/glance/service.ts';
import { GotHttp } from '../../../../src/node/http/got-http.ts';
import { Session, type SessionOptions } from '../../../../src/core/keystone/login/session.ts';
import type { Log } from '../../../../src/core/log.ts';
import { silentLog } from '../../silent-log.ts';
import { afterTest } from '../http/surroundings.ts';
import type { Seen } from '../http/test-server.ts';
import { passwordCloud, serveKeystone, type KeystoneServer } from '../keystone/keystone-server.ts';

export const ID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
export const IMAGE = { id: ID, status: 'queued', name: 'n', tags: [], size: null, min_disk: 0, min_ram: 0 };
export const NEW = { id: ID, name: 'n', container_format: 'bare', disk_format: 'raw', properties: {} };

export interface Glance {
  readonly client: ImageClient;
  readonly server: KeystoneServer;
  /** Requests to the Image API. */
  readonly requests: () => readonly Seen[];
}

/** A Keystone and a Glance that answers as told, with a client for it. `token`: more of the document of its tokens. */
export async function glance(
  answer: (seen: Seen, response: ServerResponse, url: string) => void,
  token: Readonly<Record<string, unknown>> = {},
): Promise<Glance> {
  const server = await serveKeystone({ service: answer, token });
  afterTest(() => server.close());
  return { client: client(server.url, server.url), server, requests: () => server.seen.filter(isImageRequest) };
}

/** A client that logs in at `keystone` and finds Glance at `url`. */
export function client(
  keystone: string,
  url: string,
  log: Log = silentLog,
  clocks: Partial<SessionOptions> = {},
): ImageClient {
  const http = new GotHttp({ tls: { verify: true }, userAgent: 'test', log });
  afterTest(() => http.dispose());
  const session = new Session({ cloud: passwordCloud(keystone), http, log, ...clocks });
  return new ImageClient({ session, http, endpoint: `${url}/v2`, region: 'RegionOne', log });
}

function isImageRequest({ path }: Seen): boolean {
  return path.startsWith('/v2/');
}

/** All pages. */
export async function listed(from: ImageClient, query?: ListQuery): Promise<readonly (readonly LiveImage[])[]> {
  const pages: (readonly LiveImage[])[] = [];
  for await (const page of from.list(query)) pages.push(page);
  return pages;
}

export function ids(pages: readonly (readonly LiveImage[])[]): readonly string[] {
  return pages.flat().map(({ id }) => id);
}
