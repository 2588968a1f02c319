import { loginKind } from '../login/auth-types.ts';
import type { CloudProblem, KeyPath } from './cloud-problem.ts';
import type { Cloud } from './configuration.ts';
import { isMapping, isText, textOf, type RawCloud } from './raw-cloud.ts';

/** Keys that may be beside `auth` as well as in it. */
export const AUTH_KEYS: readonly string[] = [
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
  'default_domain_id',
  'default_domain_name',
  'trust_id',
  'system_scope',
  'application_credential_id',
  'application_credential_name',
  'application_credential_secret',
  'passcode',
  'auth_methods',
  'identity_provider',
  'protocol',
  'client_id',
  'client_secret',
  'openid_scope',
  'access_token_endpoint',
  'discovery_endpoint',
  'access_token_type',
  'access_token',
];

/** For these, unlike the others, the value beside `auth` wins (openstacksdk 4, `_fix_backwards_auth` and `_validate_auth`). */
const OUTSIDE_WINS = /^(project_|user_domain_|domain_)|^token$/;

/** Logins with a service URL instead of a catalog. */
const WITH_ENDPOINT = new Set(['none', 'http_basic', 'admin_token', 'token_endpoint']);

/** Login and `auth` of a cloud, with their problems. */
export function readAuth(
  name: string,
  raw: RawCloud,
): Pick<Cloud, 'authType' | 'auth'> & { readonly problems: readonly CloudProblem[] } {
  const problems: CloudProblem[] = [];
  const authType = readAuthType(raw);
  if (raw.auth !== undefined && raw.auth !== null && !isMapping(raw.auth)) {
    const message = `"auth" of the cloud "${name}" is not a mapping.`;
    problems.push({ severity: 'error', code: 'auth-invalid', message, keys: [['auth']] });
  }
  const auth = withDomains(collected(name, authType, raw, problems));
  problems.push(...check(name, authType, auth));
  return { authType, auth, problems };
}

/** `null` differs from a missing key: without an auth_type the SDK's default is `password`. */
function readAuthType(raw: RawCloud): string {
  if (!('auth_type' in raw)) return 'password';
  const written = textOf(raw.auth_type) ?? '';
  return written === '' || written.toLowerCase() === 'none' ? 'none' : written;
}

function collected(name: string, authType: string, raw: RawCloud, problems: CloudProblem[]): Record<string, string> {
  const inner = isMapping(raw.auth) ? raw.auth : {};
  const keys = WITH_ENDPOINT.has(authType) ? [...AUTH_KEYS, 'endpoint'] : AUTH_KEYS;
  const outer = Object.fromEntries(keys.filter((key) => key in raw).map((key) => [key, raw[key]]));
  const auth: Record<string, string> = {};
  for (const key of Object.keys({ ...inner, ...outer })) {
    const both = OUTSIDE_WINS.test(key) ? [outer[key], inner[key]] : [inner[key], outer[key]];
    const value = (key === 'auth_methods' ? both.map(joined) : both).find(
      (candidate) => (textOf(candidate) ?? '') !== '',
    );
    const text = textOf(value);
    if (text === undefined) continue;
    if (!isText(value)) {
      // Does not quote the value, which may be a secret.
      const what = `"${key}" of the cloud "${name}" has no quotes, so YAML does not read it as text`;
      const message = `${what}. The value that is sent may differ from the one in the file.`;
      problems.push({ severity: 'warning', code: 'value-not-quoted', message, keys: keysOf(key) });
    }
    auth[key === 'openid_scope' ? 'scope' : key] = text;
  }
  return auth;
}

/** The possible places of a login key, the winning one first. */
export function keysOf(key: string): readonly KeyPath[] {
  return OUTSIDE_WINS.test(key) ? [[key], ['auth', key]] : [['auth', key], [key]];
}

/** `auth_methods` is a list, kept as one text. */
function joined(value: unknown): unknown {
  return Array.isArray(value) ? value.map((each) => textOf(each) ?? '').join(',') : value;
}

/** With a project, `domain_*` is the domain of user and project; alone it is a scope. */
function withDomains(auth: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (auth.project_id === undefined && auth.project_name === undefined) return auth;
  const { domain_id: id, domain_name: name, ...others } = auth;
  return {
    ...(id === undefined ? {} : { user_domain_id: id, project_domain_id: id }),
    ...(name === undefined ? {} : { user_domain_name: name, project_domain_name: name }),
    ...others,
  };
}

function check(name: string, authType: string, auth: Cloud['auth']): readonly CloudProblem[] {
  const login = loginKind({ authType, auth });
  if (login.kind === 'unknown') {
    const what = authType === 'v3multifactor' ? `"${login.name}" among its auth_methods` : `auth_type "${login.name}"`;
    const message = `The cloud "${name}" requires ${what}, which Glance Images does not support. Use an application credential.`;
    const keys = authType === 'v3multifactor' ? keysOf('auth_methods') : [['auth_type']];
    return [{ severity: 'error', code: 'auth-type-unknown', message, keys }];
  }
  if (login.kind === 'fixed') return [];
  const meant = login.kind === 'methods' && login.methods.join() === 'password' ? meantType(auth) : undefined;
  if (meant !== undefined) {
    const [key, type] = meant;
    const message = `The cloud "${name}" has "${key}" but no user, which auth_type ${authType} needs. Set "auth_type: ${type}".`;
    return [{ severity: 'error', code: 'auth-incomplete', message, keys: [['auth_type'], ...keysOf(key)] }];
  }
  if (login.kind === 'methods' && login.methods.length === 0) {
    const message = `The cloud "${name}" uses v3multifactor but has no auth_methods.`;
    return [{ severity: 'error', code: 'auth-incomplete', message, keys: [['auth_type']] }];
  }
  const others = ['project_id', 'project_name', 'trust_id'].filter((key) => auth[key] !== undefined);
  if (login.kind === 'methods' && login.methods.includes('application_credential'))
    return ignored(
      name,
      [...others, ...('system_scope' in auth ? ['system_scope'] : [])],
      'beside an application credential, which has a project of its own',
    );
  if (auth.system_scope === undefined) return [];
  const scopes = [...others, ...['domain_id', 'domain_name'].filter((key) => auth[key] !== undefined)];
  if (scopes.length > 0) return ignored(name, ['system_scope'], `beside ${scopes.join(', ')}`);
  return auth.system_scope === 'all' ? [] : ignored(name, ['system_scope'], 'with another value than "all"');
}

/** What a login without a user has instead, with its `auth_type`: nothing infers it, here or in openstacksdk. */
function meantType(auth: Cloud['auth']): readonly [key: string, type: string] | undefined {
  if (auth.username !== undefined || auth.user_id !== undefined) return undefined;
  const types = {
    application_credential_id: 'v3applicationcredential',
    application_credential_secret: 'v3applicationcredential',
    token: 'token',
    identity_provider: 'v3oidcpassword',
  };
  return Object.entries(types).find(([key]) => auth[key] !== undefined);
}

function ignored(name: string, keys: readonly string[], why: string): readonly CloudProblem[] {
  if (keys.length === 0) return [];
  const message = `The cloud "${name}" sets ${keys.join(', ')} ${why}: ${keys.length === 1 ? 'it is' : 'they are'} not sent.`;
  return [{ severity: 'warning', code: 'scope-ignored', message, keys: keys.flatMap(keysOf) }];
}
