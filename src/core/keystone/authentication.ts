import { Failure } from '../failure.ts';
import type { Cloud } from './configuration.ts';

/** The ways to get a token of Keystone that this tool knows; `v3` spellings mean the same. */
const METHODS: Readonly<Record<string, 'password' | 'token' | 'application_credential'>> = {
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'application_credential',
};

/** Ways without Keystone; `token_endpoint` is openstacksdk's old name of `admin_token`. */
const WITHOUT_KEYSTONE = new Set(['none', 'admin_token', 'token_endpoint', 'http_basic']);

/** Whether an `auth_type` can be used. */
export function isKnownAuthType(authType: string): boolean {
  return Object.hasOwn(METHODS, authType) || WITHOUT_KEYSTONE.has(authType);
}

/** Whether a login may need a password that somebody has to be asked for. */
export function wantsPassword(cloud: Cloud): boolean {
  return METHODS[cloud.authType] === 'password' && (cloud.auth.password ?? '') === '';
}

/**
 * The headers that authorize requests to a cloud whose `auth_type` needs no Keystone; `undefined` for all others. Throws
 * `auth-incomplete`.
 */
export function fixedAuthorization(cloud: Cloud): Readonly<Record<string, string>> | undefined {
  if (!WITHOUT_KEYSTONE.has(cloud.authType)) return undefined;
  if (cloud.authType === 'none') return {};
  if (cloud.authType !== 'http_basic') return { 'x-auth-token': need(cloud, 'token') };
  const basic = Buffer.from(`${need(cloud, 'username')}:${need(cloud, 'password')}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}

/**
 * `POST` body for `/v3/auth/tokens` (https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management).
 * Throws `auth-incomplete`, `auth-ambiguous`, `auth-type-unknown`.
 */
export function tokenRequest(cloud: Cloud, password: string | undefined): object {
  const method = METHODS[cloud.authType];
  if (method === undefined)
    throw new Failure('auth-type-unknown', `The auth_type "${cloud.authType}" of cloud "${cloud.name}" is not known.`);
  if (method === 'application_credential') {
    // It carries its own scope: Keystone refuses any other beside it.
    return { auth: { identity: { methods: [method], application_credential: applicationCredential(cloud) } } };
  }
  const identity =
    method === 'token'
      ? { methods: [method], token: { id: need(cloud, 'token') } }
      : { methods: [method], password: { user: { ...user(cloud), password: password ?? need(cloud, 'password') } } };
  const scope = scopeOf(cloud);
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

/** What of a login nobody may see: the values of `auth` that are secrets. */
export function secretsOf({ auth }: Cloud): readonly string[] {
  return [auth.password, auth.token, auth.application_credential_secret].filter((secret) => secret !== undefined);
}

/** Where tokens are asked for: `auth_url` with and without its version. */
export function tokensUrl(authUrl: string): string {
  const bare = authUrl.replace(/\/+$/, '');
  return bare.endsWith('/v3') ? `${bare}/auth/tokens` : `${bare.replace(/\/v2\.0$/, '')}/v3/auth/tokens`;
}

/** An entry of `auth`. Throws `auth-incomplete` that names it. */
export function need(cloud: Cloud, name: string): string {
  const value = cloud.auth[name];
  if (value !== undefined && value !== '') return value;
  throw new Failure('auth-incomplete', `The cloud "${cloud.name}" has no "${name}".`, {
    next:
      cloud.origin === 'environment'
        ? `Set OS_${name.toUpperCase()}.`
        : `Add it under "auth" in ${cloud.origin}, or in secure.yaml.`,
  });
}

function applicationCredential(cloud: Cloud): object {
  const secret = need(cloud, 'application_credential_secret');
  const { application_credential_id: id, application_credential_name: name } = cloud.auth;
  if (id !== undefined) return { id, secret };
  return { name: name ?? need(cloud, 'application_credential_id'), secret, user: user(cloud) };
}

function user(cloud: Cloud): object {
  const { user_id: id } = cloud.auth;
  return id === undefined ? { name: need(cloud, 'username'), domain: domain(cloud.auth, 'user_domain') } : { id };
}

/** `default_domain_*` stands for both domains; `default` is openstackclient's guess. */
function domain(auth: Cloud['auth'], prefix: 'user_domain' | 'project_domain'): object {
  const { [`${prefix}_id`]: id, [`${prefix}_name`]: name } = auth;
  if (id !== undefined) return { id };
  if (name !== undefined) return { name };
  const { default_domain_id: shared = 'default', default_domain_name: sharedName } = auth;
  return sharedName === undefined || auth.default_domain_id !== undefined ? { id: shared } : { name: sharedName };
}

/** Throws `auth-ambiguous` where the configuration names several scopes, as keystoneauth does. */
function scopeOf(cloud: Cloud): object | undefined {
  const { auth } = cloud;
  const scopes: Record<string, object> = {};
  if (auth.project_id !== undefined) scopes.project_id = { project: { id: auth.project_id } };
  else if (auth.project_name !== undefined)
    scopes.project_name = { project: { name: auth.project_name, domain: domain(auth, 'project_domain') } };
  else if (auth.domain_id !== undefined) scopes.domain_id = { domain: { id: auth.domain_id } };
  else if (auth.domain_name !== undefined) scopes.domain_name = { domain: { name: auth.domain_name } };
  if (auth.trust_id !== undefined) scopes.trust_id = { 'OS-TRUST:trust': { id: auth.trust_id } };
  if (auth.system_scope !== undefined) scopes.system_scope = { system: { all: true } };
  const names = Object.keys(scopes);
  if (names.length <= 1) return Object.values(scopes)[0];
  throw new Failure('auth-ambiguous', `The cloud "${cloud.name}" names several scopes: ${names.join(', ')}.`, {
    next: `Leave only one of them in ${cloud.origin}.`,
  });
}
