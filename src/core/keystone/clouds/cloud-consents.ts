import { absolutePaths } from './cloud-tls.ts';
import type { EntryContext } from './cloud-entry.ts';
import type { Cloud } from './configuration.ts';
import type { FoundFile, Reading } from './configuration-files.ts';
import { USER } from './file-owner.ts';
import { readProfile } from './profiles.ts';
import { isMapping, renamed, type RawCloud } from './raw-cloud.ts';
import { secureConsent, type ConfigurationLayer } from './secure-consent.ts';

/** The source files of clouds. */
export interface CloudSources {
  readonly main: FoundFile;
  readonly secure: FoundFile | undefined;
  readonly context: EntryContext;
}

/** Adds to each cloud the consent that is needed before a secret of one file is sent to an address of another. */
export async function withConsents(
  clouds: readonly Cloud[],
  { main, secure, context }: CloudSources,
  reading: Reading,
): Promise<Cloud[]> {
  const { publicFile, homeDirectory } = context;
  const files = [publicFile, main, secure].filter((file) => file !== undefined);
  // A single owner wrote all of it, so it holds nobody else's secrets.
  if (files.every(({ owner }) => owner === USER)) return [...clouds];
  const keys = await keysOfUser(clouds, reading);
  return clouds.map((cloud) => {
    const layers = layersOf(cloud.name, { main, secure, context });
    const asking = (each: Cloud): Cloud => {
      const consent = secureConsent(each, [...layers, ...keyLayers(each, keys)], homeDirectory);
      return consent === undefined ? each : { ...each, consent };
    };
    const inRegions = Object.entries(cloud.inRegions ?? {}).map(([region, each]) => [region, asking(each)] as const);
    return { ...asking(cloud), ...(inRegions.length === 0 ? {} : { inRegions: Object.fromEntries(inRegions) }) };
  });
}

function layersOf(name: string, { main, secure, context }: CloudSources): readonly ConfigurationLayer[] {
  const { publicFile, publicClouds } = context;
  const written = entryIn(main, name);
  const profile = publicFile === undefined ? {} : readProfile(name, written, publicClouds).raw;
  return [
    ...layer(publicFile, profile, false),
    ...layer(main, written, false),
    ...layer(secure, secure === undefined ? {} : entryIn(secure, name), true),
  ];
}

function layer(file: FoundFile | undefined, raw: RawCloud, secret: boolean): readonly ConfigurationLayer[] {
  if (file === undefined || Object.keys(raw).length === 0) return [];
  return [{ file: file.realPath, owner: file.owner, raw, secret }];
}

function entryIn({ content: { clouds }, base }: FoundFile, name: string): RawCloud {
  const entry = isMapping(clouds) && Object.hasOwn(clouds, name) ? clouds[name] : undefined;
  return isMapping(entry) ? renamed(absolutePaths(entry, base)) : {};
}

/** A private key of the user authenticates the user to any server, whichever file names it. */
function keyLayers({ tls }: Cloud, keys: ReadonlyMap<string, string>): readonly ConfigurationLayer[] {
  return [...new Set([tls.keyFile, tls.certFile])].flatMap((path) => {
    const file = path === undefined ? undefined : keys.get(path);
    return file === undefined ? [] : [{ file, owner: USER, raw: {}, secret: true }];
  });
}

/** The user's own certificates and keys, by their paths. */
async function keysOfUser(clouds: readonly Cloud[], { ports, owners }: Reading): Promise<ReadonlyMap<string, string>> {
  const all = clouds.flatMap((cloud) => [cloud, ...Object.values(cloud.inRegions ?? {})]);
  const named = all.flatMap(({ tls }) => [tls.keyFile, tls.certFile]).filter((path) => path !== undefined);
  const found = await Promise.all(
    [...new Set(named)].map(async (path) => {
      const where = await ports.whereIs(path);
      return owners.ownerOf(where) === USER || where.names > 1 ? ([path, where.realPath] as const) : undefined;
    }),
  );
  return new Map(found.filter((each) => each !== undefined));
}
