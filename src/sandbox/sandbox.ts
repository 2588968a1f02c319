import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Receipts } from './keystone/authenticate.ts';
import { type SandboxUser, writeCloudsFile } from './clouds-file.ts';
import type { Faults } from './http/faults.ts';
import { glanceService } from './glance/glance.ts';
import { Identity } from './keystone/identity.ts';
import { ImageStore } from './glance/image-store.ts';
import { keystoneService } from './keystone/keystone.ts';
import type { SandboxLogins } from './keystone/people.ts';
import { listen, type Listening, type Service } from './http/server.ts';
import type { RegionAddress } from './keystone/token-document.ts';
import type { Glance } from './glance/request.ts';
import { NEWEST, type Release } from './release.ts';

export interface SandboxOptions {
  /** The data folder, created if missing. Only one sandbox at a time may use it. */
  readonly directory: string;
  /** Keystone's port; the regions use the next two. 0, the default, chooses free ones. */
  readonly port?: number;
  /** The release of Glance that it imitates; `NEWEST` if omitted. */
  readonly release?: Release;
  /** Password of all users. If omitted, that of the last start, or a random one. */
  readonly password?: string;
  /** The most bytes of one image; 1 TiB if omitted, as in Glance. */
  readonly maximumBytes?: number;
  /** The most bytes of one project in one region; unlimited if omitted. */
  readonly quotaBytes?: number;
  /** Lifetime of a token in milliseconds; an hour if omitted. */
  readonly tokenLifetime?: number;
  /** `host:port` pairs that web-download may fetch from, even on loopback or another port. */
  readonly importSources?: readonly string[];
  /** Users in `clouds.yaml`; all if omitted. A single one is the default cloud of definitions. */
  readonly users?: readonly SandboxUser[];
  /** For tests: users who log in with more than a password. */
  readonly logins?: SandboxLogins;
  /** For tests. */
  readonly faults?: Faults;
}

/** A running sandbox. */
export interface Sandbox {
  readonly release: Release;
  readonly authUrl: string;
  /** Path of the `clouds.yaml` with clouds `sandbox`, `sandbox-admin`, `sandbox-guest`, as far as `users` lists them. */
  readonly cloudsFile: string;
  readonly regions: readonly RegionAddress[];
  /** An application credential of user demo. */
  readonly applicationCredential: { readonly id: string; readonly secret: string };
  /** Closes every connection. As with Glance, an image whose upload is interrupted stays `saving`. Resolves when all work has ended. */
  stop(): Promise<void>;
}

const regionNames = ['RegionOne', 'RegionTwo'] as const;

/**
 * Starts a Keystone and two regions of Glance on 127.0.0.1, in this process.
 * Throws what listening and making folders throw, e.g. EADDRINUSE, EACCES.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lifetime = options.tokenLifetime ?? 3600 * 1000;
  const { password, logins, release = NEWEST } = options;
  const identity = new Identity(join(directory, 'identity.json'), { release, password, lifetime, logins });
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const started: Listening[] = [];
  const start = async (service: () => Service, port: number): Promise<Listening> => {
    const listening = await listen(service, port, options.faults);
    started.push(listening);
    return listening;
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(started.map((listening) => listening.stop()));
    await Promise.all(underWay);
  };
  const glanceOf = (region: string): Glance => ({
    release,
    store: new ImageStore(join(directory, region)),
    maximumBytes: options.maximumBytes ?? 2 ** 40,
    quotaBytes: options.quotaBytes ?? Infinity,
    importSources: options.importSources ?? [],
    stopping: stopping.signal,
    work(task) {
      underWay.add(task);
      void task.finally(() => underWay.delete(task));
    },
  });
  try {
    const port = options.port ?? 0;
    const regions: RegionAddress[] = [];
    const receipts: Receipts = new Map();
    let authUrl = '';
    const keystone = await start(() => keystoneService({ identity, authUrl, regions, receipts }), port);
    authUrl = `http://127.0.0.1:${keystone.port}/v3`;
    for (const [index, name] of regionNames.entries()) {
      const service = glanceService(name, glanceOf(name), identity, () => authUrl);
      const listening = await start(() => service, port === 0 ? 0 : port + 1 + index);
      regions.push({ name, url: `http://127.0.0.1:${listening.port}` });
    }
    const cloudsFile = join(directory, 'clouds.yaml');
    writeCloudsFile(cloudsFile, authUrl, identity.password, regionNames, options.users);
    const { id = '', secret = '' } = identity.credentials[0] ?? {};
    return { release, authUrl, cloudsFile, regions, applicationCredential: { id, secret }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
