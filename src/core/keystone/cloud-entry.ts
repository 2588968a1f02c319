import { join } from 'node:path';
import type { Problem } from '../problem.ts';
import { isKnownAuthType } from './authentication.ts';
import type { Cloud } from './configuration.ts';
import { readRegions } from './cloud-regions.ts';
import { isMapping, isText, textOf, type RawCloud } from './raw-cloud.ts';

/** Keys that may stand beside `auth` as well as in it. */
const AUTH_KEYS = [
  'auth_url',
  'username',
  'user_id',
  'password',
  'token',
  'endpoint',
  'project_id',
  'project_name',
  'user_domain_id',
  'user_domain_name',
  'project_domain_id',
  'project_domain_name',
  'domain_id',
  'domain_name',
  'trust_id',
  'system_scope',
  'application_credential_id',
  'application_credential_name',
  'application_credential_secret',
];

/** Of these, unlike of the others, the one beside `auth` wins (openstacksdk 4, `_fix_backwards_auth` and `_validate_auth`). */
const OUTSIDE_WINS = /^(project_|user_domain_|domain_)|^token$/;

/** The new name wins where both are there. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  tenant_name: 'project_name',
  auth_token: 'token',
  user_name: 'username',
  auth_plugin: 'auth_type',
  endpoint_type: 'interface',
  image_endpoint_type: 'image_interface',
  cloud: 'profile',
};

/** An entry after openstacksdk's rules: old names understood, cloud-level keys moved into `auth`, regions in all their spellings. */
export function readCloud(name: string, origin: string, entry: RawCloud, homeDirectory: string): Cloud {
  const problems: Problem[] = [];
  const raw = renamed(entry);
  const authType = readAuthType(raw);
  const auth = readAuth(name, raw, problems);
  const { regions, problems: ofRegions } = readRegions(name, raw);
  problems.push(...checkAuth(name, authType, auth), ...checkProfile(name, raw), ...ofRegions);
  const endpoint = textOf(raw.image_endpoint_override) ?? textOf(raw.image_endpoint);
  return {
    name,
    origin,
    authType,
    auth: { ...auth, ...formatted(auth.auth_url, regions[0]) },
    regions,
    interface: (first(raw.image_interface) ?? first(raw.interface) ?? 'public').replace(/URL$/, ''),
    ...(endpoint === undefined ? {} : { imageEndpoint: endpoint }),
    tls: readTls(name, raw, homeDirectory, problems),
    problems,
  };
}

function renamed(entry: RawCloud): RawCloud {
  const plain = Object.entries(entry).map(([key, value]) => [key.replaceAll('-', '_'), value] as const);
  const old = plain.flatMap(([key, value]) => {
    const name = Object.hasOwn(OLD_NAMES, key) ? OLD_NAMES[key] : undefined;
    return name === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...old, ...plain.filter(([key]) => !Object.hasOwn(OLD_NAMES, key))]);
}

/** `null` and nothing at all are not the same: without an auth_type the SDK's default is `password`. */
function readAuthType(raw: RawCloud): string {
  if (!('auth_type' in raw)) return 'password';
  const written = textOf(raw.auth_type) ?? '';
  return written === '' || written.toLowerCase() === 'none' ? 'none' : written;
}

function readAuth(name: string, raw: RawCloud, problems: Problem[]): Record<string, string> {
  const inner = isMapping(raw.auth) ? renamed(raw.auth) : {};
  if (raw.auth !== undefined && raw.auth !== null && !isMapping(raw.auth))
    problems.push(problem('error', 'auth-invalid', `"auth" of the cloud "${name}" is not a mapping.`));
  const outer = Object.fromEntries(AUTH_KEYS.filter((key) => key in raw).map((key) => [key, raw[key]]));
  const auth: Record<string, string> = {};
  for (const key of Object.keys({ ...inner, ...outer })) {
    const both = OUTSIDE_WINS.test(key) ? [outer[key], inner[key]] : [inner[key], outer[key]];
    const value = both.find((candidate) => (textOf(candidate) ?? '') !== '');
    const text = textOf(value);
    if (text === undefined) continue;
    if (!isText(value)) {
      // The value itself may be a secret.
      const what = `"${key}" of the cloud "${name}" has no quotes, and YAML does not read it as text`;
      problems.push(problem('warning', 'value-not-quoted', `${what}: what is sent may differ from what is written.`));
    }
    auth[key] = text;
  }
  return auth;
}

function checkAuth(name: string, authType: string, auth: Cloud['auth']): readonly Problem[] {
  if (!isKnownAuthType(authType)) {
    const message = `The cloud "${name}" wants auth_type "${authType}", which this tool can't log in with. Use an application credential.`;
    return [problem('error', 'auth-type-unknown', message)];
  }
  const scopes = ['project_id', 'project_name', 'trust_id', 'system_scope'].filter((key) => auth[key] !== undefined);
  if (authType !== 'v3applicationcredential' || scopes.length === 0) return [];
  const message = `The cloud "${name}" names ${scopes.join(', ')} beside an application credential, which has a project of its own: they are not sent.`;
  return [problem('warning', 'scope-ignored', message)];
}

function checkProfile(name: string, raw: RawCloud): readonly Problem[] {
  const profile = textOf(raw.profile);
  if (profile === undefined || profile === '') return [];
  const message = `The cloud "${name}" takes values from the profile "${profile}", which is not known here. Write "auth_url" and "regions" into the cloud itself.`;
  return [problem('error', 'profile-unknown', message)];
}

/** `auth_url` may hold `{region_name}`. */
function formatted(authUrl: string | undefined, region: string | undefined): { readonly auth_url?: string } {
  return authUrl === undefined ? {} : { auth_url: authUrl.replaceAll('{region_name}', region ?? '') };
}

/** `insecure` beats all; as in openstacksdk only the text `true`, in any case, counts as true. */
function readTls(name: string, raw: RawCloud, homeDirectory: string, problems: Problem[]): Cloud['tls'] {
  const insecure = raw.insecure === true || (isText(raw.insecure) && raw.insecure.toLowerCase() === 'true');
  if (isText(raw.insecure) && !/^(true|false)$/i.test(raw.insecure))
    problems.push(notBoolean(name, 'insecure', 'certificates are checked'));
  if (raw.verify !== undefined && typeof raw.verify !== 'boolean')
    problems.push(notBoolean(name, 'verify', 'certificates are checked'));
  const path = (key: string): string | undefined =>
    textOf(raw[key])?.replace(/^~(?=[/\\]|$)/, () => join(homeDirectory)) || undefined;
  const ca = path('cacert');
  const cert = path('cert');
  const key = path('key');
  return {
    verify: !insecure && raw.verify !== false,
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
}

function notBoolean(name: string, key: string, effect: string): Problem {
  return problem(
    'warning',
    'value-not-boolean',
    `"${key}" of the cloud "${name}" is neither true nor false: ${effect}.`,
  );
}

/** An interface, or the first of a list in order of preference. */
function first(value: unknown): string | undefined {
  return textOf(Array.isArray(value) ? (value as readonly unknown[])[0] : value);
}

function problem(severity: Problem['severity'], code: string, message: string): Problem {
  return { severity, code, message };
}
