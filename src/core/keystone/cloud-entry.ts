import { join } from 'node:path';
import type { Problem } from '../problem.ts';
import { isKnownAuthType } from './authentication.ts';
import type { Cloud } from './configuration.ts';

/** One entry under `clouds:`, as YAML gave it. */
export type RawCloud = Readonly<Record<string, unknown>>;

/** Keys that may stand beside `auth` as well as in it. */
const AUTH_KEYS = [
  'auth_url',
  'username',
  'user_id',
  'password',
  'token',
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

const OLD_NAMES: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  tenant_name: 'project_name',
  auth_token: 'token',
  auth_plugin: 'auth_type',
  endpoint_type: 'interface',
};

/** An entry after openstacksdk's rules: old names understood, cloud-level keys moved into `auth`, regions in all their spellings. */
export function readCloud(name: string, origin: string, entry: RawCloud, homeDirectory: string): Cloud {
  const problems: Problem[] = [];
  const raw = renamed(entry);
  const auth = readAuth(name, raw, problems);
  const authType = text(raw.auth_type) ?? 'password';
  if (!isKnownAuthType(authType))
    problems.push(
      error('auth-type-unknown', `The cloud "${name}" wants auth_type "${authType}", which is not known here.`),
    );
  if (raw.profile !== undefined)
    problems.push(
      error(
        'profile-unknown',
        `The cloud "${name}" takes its values from the profile "${text(raw.profile) ?? ''}", which is not known here. Write "auth_url" and "regions" into the cloud itself.`,
      ),
    );
  const regions = readRegions(raw);
  const endpoint = text(raw.image_endpoint_override) ?? text(raw.image_endpoint);
  return {
    name,
    origin,
    authType,
    auth: { ...auth, ...formatted(auth.auth_url, regions[0]) },
    regions,
    interface: (text(raw.image_interface) ?? text(raw.interface) ?? 'public').replace(/URL$/, ''),
    ...(endpoint === undefined ? {} : { imageEndpoint: endpoint }),
    tls: readTls(raw, homeDirectory),
    problems,
  };
}

function renamed(entry: RawCloud): RawCloud {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => {
      const plain = key.replaceAll('-', '_');
      return [OLD_NAMES[plain] ?? plain, value];
    }),
  );
}

function readAuth(name: string, raw: RawCloud, problems: Problem[]): Record<string, string> {
  const inner = typeof raw.auth === 'object' && raw.auth !== null ? renamed(raw.auth as RawCloud) : {};
  const outer = Object.fromEntries(AUTH_KEYS.filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]]));
  const auth: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...inner, ...outer })) {
    const plain = text(value);
    if (plain === undefined) continue;
    if (typeof value !== 'string') {
      const what = `"${key}" of the cloud "${name}" is not written as a string: YAML reads it as a ${typeof value}.`;
      problems.push({ severity: 'warning', code: 'value-not-quoted', message: `${what} Put it in quotes.` });
    }
    auth[key] = plain;
  }
  return auth;
}

/** `regions`, else `region_name`: a string, a list, or names with commas between. */
function readRegions(raw: RawCloud): readonly string[] {
  const listed = raw.regions ?? raw.region_name;
  const list: readonly unknown[] = Array.isArray(listed) ? listed : typeof listed === 'string' ? listed.split(',') : [];
  return list.flatMap((region) => {
    const name = typeof region === 'object' && region !== null && 'name' in region ? region.name : region;
    const plain = text(name)?.trim();
    return plain === undefined || plain === '' ? [] : [plain];
  });
}

/** `auth_url` may hold `{region_name}`. */
function formatted(authUrl: string | undefined, region: string | undefined): { readonly auth_url?: string } {
  return authUrl === undefined ? {} : { auth_url: authUrl.replaceAll('{region_name}', region ?? '') };
}

/** `insecure` beats all; as in openstacksdk only the string `true`, in any case, counts as true. */
function readTls(raw: RawCloud, homeDirectory: string): Cloud['tls'] {
  const insecure = raw.insecure === true || text(raw.insecure)?.toLowerCase() === 'true';
  const path = (key: string): string | undefined => text(raw[key])?.replace(/^~(?=\/|$)/, () => join(homeDirectory));
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

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function error(code: string, message: string): Problem {
  return { severity: 'error', code, message };
}
