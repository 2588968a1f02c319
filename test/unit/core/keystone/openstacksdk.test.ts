import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readClouds } from '../../../../src/core/keystone/clouds/clouds-files.ts';
import { cloudAt, type Cloud } from '../../../../src/core/keystone/clouds/configuration.ts';

/** What one cloud is in one of its regions, in the words of record.py. */
interface PlaceFacts {
  readonly auth_type: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly interface: string | readonly string[];
  readonly image_region: string;
  readonly image_endpoint: string | null;
  readonly image_service_type: string;
  readonly image_service_name: string | null;
  /** A path is that of the certificates that count. */
  readonly verify: boolean | string;
  readonly cert: string | readonly string[] | null;
}

interface Refused {
  readonly error: string;
}

type Resolved =
  { readonly default_cloud: string | null; readonly clouds: Readonly<Record<string, CloudFacts>> } | Refused;
type CloudFacts = Readonly<Record<string, PlaceFacts | Refused>> | Refused;

interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string | null>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Why ours differs from what was recorded. */
  readonly why?: string;
  /** Ours, laid over what was recorded; null takes a cloud or region away. */
  readonly differs?: unknown;
}

const folder = new URL('../../../openstacksdk/', import.meta.url);
const cases = parse(readFileSync(new URL('cases.yaml', folder), 'utf8')) as readonly Case[];
const recorded = (
  JSON.parse(readFileSync(new URL('recorded.json', folder), 'utf8')) as { cases: Readonly<Record<string, Resolved>> }
).cases;

const FOLDERS: Readonly<Record<string, string>> = {
  work: '/$work',
  user: '/$home/.config/openstack',
  site: '/$site/openstack',
  else: '/$else',
};

/** What ours makes of the files and variables of a case. */
async function resolved({ files = {}, environment = {} }: Case): Promise<Resolved> {
  const texts = new Map(
    Object.entries(files).map(([name, text]) => {
      const [first = '', rest = ''] = name.split(/\/(.*)/);
      return [`${FOLDERS[first] ?? ''}/${rest}`, text];
    }),
  );
  const named = Object.entries(environment).map(([name, value]) => [name, value.replaceAll('$', '/$')]);
  const { clouds, defaultCloud, problems } = await readClouds({
    readFile: (path) => {
      const text = texts.get(path);
      if (text === null) return Promise.reject(new Error('EISDIR'));
      return Promise.resolve(text === undefined ? undefined : { text, realPath: path, names: 1 });
    },
    whereIs: (path) => Promise.resolve({ realPath: path, names: 1 }),
    environment: { ...Object.fromEntries(named), XDG_CONFIG_DIRS: '/$site' } as Record<string, string>,
    homeDirectory: '/$home',
    platform: 'linux',
    folders: ['/$work'],
    extraFiles: [],
  });
  const broken = problems.find(({ code }) => code === 'configuration-unreadable' && clouds.length === 0);
  if (broken !== undefined) return { error: broken.code };
  return {
    default_cloud: defaultCloud?.name ?? null,
    clouds: Object.fromEntries(clouds.map((cloud) => [cloud.name, cloudFacts(cloud)])),
  };
}

function cloudFacts(cloud: Cloud): CloudFacts {
  const regions = cloud.regions.length === 0 ? [''] : cloud.regions;
  const facts = regions.map((region) => [region, placeFacts(cloudAt(cloud, region), region)] as const);
  const errors = facts.flatMap(([, fact]) => ('error' in fact ? [fact] : []));
  return errors.length === facts.length && errors[0] !== undefined ? errors[0] : Object.fromEntries(facts);
}

function placeFacts(cloud: Cloud, region: string): PlaceFacts | Refused {
  const broken = cloud.problems.find(({ severity }) => severity === 'error');
  if (broken !== undefined) return { error: broken.code };
  const { authType, auth, interfaces, tls, imageService } = cloud;
  return {
    auth_type: authType,
    auth,
    interface: interfaces.length === 1 ? (interfaces[0] ?? '') : interfaces,
    image_region: cloud.imageRegion ?? region,
    image_endpoint: cloud.imageEndpoint ?? (authType === 'none' ? (auth.endpoint ?? null) : null),
    image_service_type: imageService?.type ?? 'image',
    image_service_name: imageService?.name ?? null,
    verify: tls.verify && tls.caFile !== undefined ? tls.caFile : tls.verify,
    cert: tls.certFile === undefined ? null : tls.keyFile === undefined ? tls.certFile : [tls.certFile, tls.keyFile],
  };
}

/** Errors are compared as errors: each side has names of its own for them. Paths are spelled as record.py spells them. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^\/\$/, '$').replace('$home/.config/openstack/', '$user/');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  if ('error' in value) return 'refused';
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === 'interface' && typeof item === 'string' ? item.replace(/URL$/, '') : comparable(item),
  ]);
  const facts = Object.fromEntries(entries) as Record<string, unknown>;
  const places = Object.values(facts);
  return places.length > 0 && places.every((fact) => fact === 'refused') ? 'refused' : facts;
}

function laidOver(below: unknown, above: unknown): unknown {
  if (typeof above !== 'object' || above === null || Array.isArray(above) || 'error' in above) return above;
  const known = typeof below === 'object' && below !== null && !('error' in below) ? below : {};
  const entries = Object.entries(above).map(([key, item]) => [key, laidOver(Reflect.get(known, key), item)] as const);
  const all: Record<string, unknown> = { ...known, ...Object.fromEntries(entries) };
  for (const key of Object.keys(above)) {
    if (Reflect.get(above, key) === null && typeof Reflect.get(known, key) === 'object') all[key] = undefined;
  }
  return Object.fromEntries(Object.entries(all).filter(([, item]) => item !== undefined));
}

describe('what openstacksdk makes of the same configuration', () => {
  it('was recorded for every case, and for nothing else', () => {
    assert.ok(cases.length >= 40);
    assert.deepEqual(Object.keys(recorded).sort(), cases.map(({ name }) => name).sort());
  });

  for (const each of cases) {
    const { name, why, differs } = each;
    it(`${name}${why === undefined ? '' : `, but: ${why}`}`, async () => {
      const expected = recorded[name];
      const ours = comparable(await resolved(each));
      assert.deepEqual(ours, comparable(differs === undefined ? expected : laidOver(expected, differs)));
      // A difference that is none any more has to go from the cases.
      if (differs !== undefined) assert.notDeepEqual(ours, comparable(expected));
    });
  }
});
