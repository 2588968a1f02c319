import { keysOf, readAuth } from './cloud-auth.ts';
import type { CloudProblem, KeyPath } from './cloud-problem.ts';
import { namesRegions, readRegions, type ListedRegion } from './cloud-regions.ts';
import { misspelledKeys, paddedValues } from './cloud-spelling.ts';
import { readTls } from './cloud-tls.ts';
import type { Cloud } from './configuration.ts';
import type { FoundFile } from './configuration-files.ts';
import { readProfile } from './profiles.ts';
import { laidOver, renamed, textOf, type RawCloud } from './raw-cloud.ts';

/** What reading an entry needs. */
export interface EntryContext {
  readonly homeDirectory: string;
  /** `public-clouds` of `clouds-public.yaml`. */
  readonly publicClouds: RawCloud;
  /** Their file; absent if there is none. */
  readonly publicFile?: FoundFile;
}

/**
 * Reads an entry by openstacksdk's rules: old key names, its profile below it, cloud-level keys moved into `auth`,
 * regions in all spellings and with their own values.
 */
export function readCloud(name: string, origin: string, entry: RawCloud, context: EntryContext): Cloud {
  const { homeDirectory, publicClouds } = context;
  const written = renamed(entry);
  const profile = readProfile(name, written, publicClouds);
  const { regions, problems } = readRegions(name, namesRegions(written) ? written : profile.raw);
  const everywhere = laidOver(profile.raw, written);
  const spelling = [...(origin === 'environment' ? [] : misspelledKeys(name, written)), ...paddedValues(name, written)];
  const shared = [...profile.problems, ...problems, ...spelling];
  const at = (region: ListedRegion): Cloud =>
    inRegion({ name, origin, raw: laidOver(everywhere, region.values), region, homeDirectory, problems: shared });
  const [first, ...others] = regions;
  const cloud = { ...at(first ?? { name: '', values: {}, index: 0 }), regions: regions.map((region) => region.name) };
  const inRegions = others.map((region) => [region.name, at(region)] as const);
  const different = inRegions.filter(([, there]) => !sameButRegions(there, cloud));
  if (different.length === 0) return cloud;
  const warnings = different.flatMap(([, there]) => there.problems).filter(({ severity }) => severity !== 'error');
  return {
    ...cloud,
    inRegions: Object.fromEntries(different),
    problems: withoutRepetition([...cloud.problems, ...warnings]),
  };
}

interface Placed {
  readonly name: string;
  readonly origin: string;
  readonly raw: RawCloud;
  readonly region: ListedRegion;
  readonly homeDirectory: string;
  /** For the cloud as a whole. */
  readonly problems: readonly CloudProblem[];
}

function inRegion({ name, origin, raw, region, homeDirectory, problems }: Placed): Cloud {
  const { authType, auth, problems: ofAuth } = readAuth(name, raw);
  const { tls, problems: ofTls } = readTls(name, raw, homeDirectory);
  const fill = (text: string | undefined): string | undefined =>
    filled(text, { ...raw, region_name: region.name })?.trim();
  const endpoint = fill(textOf(raw.image_endpoint_override) || textOf(raw.image_endpoint) || undefined);
  const imageRegion = textOf(raw.image_region_name) || undefined;
  const type = textOf(raw.image_service_type) || undefined;
  const service = textOf(raw.image_service_name) || undefined;
  const authUrl = fill(auth.auth_url);
  const ofAddresses = checkAddresses(name, [
    { key: 'auth_url', value: authUrl, keys: keysOf('auth_url') },
    { key: 'image_endpoint_override', value: endpoint, keys: [['image_endpoint_override'], ['image_endpoint']] },
    { key: 'endpoint', value: auth.endpoint, keys: keysOf('endpoint') },
  ]);
  return {
    name,
    origin,
    authType,
    auth: authUrl === undefined ? auth : { ...auth, auth_url: authUrl },
    regions: region.name === '' ? [] : [region.name],
    interfaces: readInterfaces(raw),
    ...(endpoint === undefined ? {} : { imageEndpoint: endpoint }),
    ...(imageRegion === undefined ? {} : { imageRegion }),
    ...(type === undefined && service === undefined
      ? {}
      : {
          imageService: {
            ...(type === undefined ? {} : { type }),
            ...(service === undefined ? {} : { name: service }),
          },
        }),
    tls,
    problems: [
      ...problems,
      ...[...ofAuth, ...ofAddresses, ...ofTls, ...checkVersion(name, raw)].map((each) => ofRegion(each, region)),
    ],
  };
}

/** A region's own value wins there. */
function ofRegion(problem: CloudProblem, { values, index }: ListedRegion): CloudProblem {
  const { keys = [] } = problem;
  if (Object.keys(values).length === 0) return problem;
  return { ...problem, keys: [...keys.map((path) => ['regions', String(index), 'values', ...path]), ...keys] };
}

const SECRET = /password|passcode|secret|token/;

/** Replaces `{region_name}`, and other keys that are texts and no secrets, in a URL. Unknown names in braces stay. */
function filled(text: string | undefined, raw: RawCloud): string | undefined {
  return text?.replace(/\{(\w+)\}/g, (written, key: string) => {
    if (key === 'interface') return readInterfaces(raw)[0] ?? written;
    if (SECRET.test(key)) return written;
    return (Object.hasOwn(raw, key) ? textOf(raw[key]) : undefined) ?? written;
  });
}

/** An interface, or a list in order of preference; `publicURL` is an old spelling of `public`. */
function readInterfaces(raw: RawCloud): readonly string[] {
  const value = raw.image_interface ?? raw.interface;
  const texts = (Array.isArray(value) ? (value as readonly unknown[]) : [value]).flatMap((each) => textOf(each) ?? []);
  const found = texts.map((text) => text.replace(/URL$/, '')).filter((text) => text !== '');
  return found.length === 0 ? ['public'] : found;
}

/** Glance dropped version 1 of its API in 2018, but profiles still request it. */
function checkVersion(name: string, raw: RawCloud): readonly CloudProblem[] {
  const version = textOf(raw.image_api_version) ?? '';
  if (version === '' || /^v?2(\.|$)/.test(version)) return [];
  const message = `The cloud "${name}" sets image_api_version ${version}. Version 2 is used, the only one that Glance has.`;
  return [{ severity: 'warning', code: 'image-api-version', message, keys: [['image_api_version']] }];
}

function sameButRegions(one: Cloud, other: Cloud): boolean {
  const bare = (cloud: Cloud): string =>
    JSON.stringify({ ...cloud, regions: [], problems: cloud.problems.map(({ message }) => message) });
  return bare(one) === bare(other);
}

function withoutRepetition(problems: readonly CloudProblem[]): readonly CloudProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

/** An address of an entry, filled in, with the possible paths of its key. */
interface Written {
  readonly key: string;
  readonly value: string | undefined;
  readonly keys: readonly KeyPath[];
}

/** What is wrong with the addresses of a cloud: each has to be an http or https URL. */
function checkAddresses(cloud: string, written: readonly Written[]): readonly CloudProblem[] {
  return written.flatMap(({ key, value = '', keys }) => {
    const { protocol = '' } = URL.parse(value) ?? {};
    if (value === '' || protocol === 'http:' || protocol === 'https:') return [];
    const shown = withoutLogin(value);
    const next = shown.includes('://') ? '' : ` Write "https://${shown}", or http.`;
    const message = `"${key}" of the cloud "${cloud}" is "${shown}", which is not an http or https URL.${next}`;
    return [{ severity: 'error' as const, code: 'address-invalid' as const, message, keys }];
  });
}

/** Without user, password and query, even where the text is no URL. */
function withoutLogin(address: string): string {
  const [bare = ''] = address.split('?', 1);
  return bare.replace(/^([^/]*:\/\/)?[^/]*@/, (_, scheme: string | undefined) => scheme ?? '');
}
