import { absolutePaths } from './cloud-tls.ts';
import type { EntryContext } from './cloud-entry.ts';
import type { Cloud } from './configuration.ts';
import type { FoundFile, Reading } from './configuration-files.ts';
import { USER } from './file-owner.ts';
import { readProfile } from './profiles.ts';
import { isMapping, renamed, type RawCloud } from './raw-cloud.ts';
import { secureConsent, type ConfigurationLayer } from './secure-consent.ts';

/** The files that clouds were read from. */
export interface CloudSources {
  readonly main: FoundFile;
  readonly secure: FoundFile | undefined;
  readonly context: EntryContext;
}

/** The clouds, each with what the user has to agree to before a secret of one file goes where another one says. */
export async function withConsents(
  clouds: readonly Cloud[],
  { main, secure, context }: CloudSources,
  reading: Reading,
): Promise<Cloud[]> {
  const { publicFile, homeDirectory } = context;
  const files = [publicFile, main, secure].filter((file) => file !== undefined);
  // Whoever wrote all of it, nobody else's secrets are in it.
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

/** A key of the user's proves who the user is to any server, whoever names it. */
function keyLayers({ tls }: Cloud, keys: ReadonlyMap<string, string>): readonly ConfigurationLayer[] {
  return [...new Set([tls.keyFile, tls.certFile])].flatMap((path) => {
    const file = path === undefined ? undefined : keys.get(path);
    return file === undefined ? [] : [{ file, owner: USER, raw: {}, secret: true }];
  });
}

/** The certificates and keys that are the user's own, by the path that names them. */
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
