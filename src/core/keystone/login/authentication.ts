import { Failure } from '../../failure.ts';
import { withoutTrailingSlashes } from '../../http/addresses.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { loginKind, type LoginMethod } from './auth-types.ts';

/**
 * The headers that authorize requests to a cloud whose `auth_type` needs no Keystone; `undefined` for all others. Throws
 * `auth-incomplete`.
 */
export function fixedAuthorization(cloud: Cloud): Readonly<Record<string, string>> | undefined {
  if (loginKind(cloud).kind !== 'fixed') return undefined;
  if (cloud.authType === 'none') return {};
  if (cloud.authType !== 'http_basic') return { 'x-auth-token': need(cloud, 'token') };
  const basic = Buffer.from(`${need(cloud, 'username')}:${need(cloud, 'password')}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}

/** Gets a password or passcode, from the configuration or from the user. */
export type Answer = (kind: 'password' | 'passcode') => Promise<string>;

/**
 * `POST` body for `/v3/auth/tokens` (https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management).
 * Throws `auth-incomplete`, `auth-ambiguous`, and what `answer` throws.
 */
export async function tokenRequest(cloud: Cloud, methods: readonly LoginMethod[], answer: Answer): Promise<object> {
  // An application credential has its own scope: Keystone refuses another one. Errors in the scope are thrown
  // before the user is asked for anything.
  const scope = methods.includes('application_credential') ? undefined : scopeOf(cloud);
  const identity: Record<string, unknown> = { methods };
  for (const method of methods) identity[method] = await shown(cloud, method, answer);
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

/** The body that exchanges a token for one with the scope of the cloud; `undefined` if the cloud names none. */
export function rescopeRequest(cloud: Cloud, token: string): object | undefined {
  const scope = scopeOf(cloud);
  return scope && { auth: { identity: { methods: ['token'], token: { id: token } }, scope } };
}

/** The secret values of `auth`, which must never be shown. */
export function secretsOf({ auth }: Cloud): readonly string[] {
  const { password, token, passcode, client_secret: clientSecret, access_token: accessToken } = auth;
  const secrets = [password, token, passcode, clientSecret, accessToken, auth.application_credential_secret];
  return secrets.filter((secret) => secret !== undefined);
}

/** The root of Keystone's API v3: `auth_url` with and without its version. */
export function keystoneRoot(authUrl: string): string {
  const bare = withoutTrailingSlashes(authUrl);
  return bare.endsWith('/v3') ? bare : `${bare.replace(/\/v2\.0$/, '')}/v3`;
}

/** The URL for tokens. */
export function tokensUrl(authUrl: string): string {
  return `${keystoneRoot(authUrl)}/auth/tokens`;
}

/** A required entry of `auth`. Throws `auth-incomplete` with its name. */
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

async function shown(cloud: Cloud, method: LoginMethod, answer: Answer): Promise<object> {
  switch (method) {
    case 'token':
      return { id: need(cloud, 'token') };
    case 'application_credential':
      return applicationCredential(cloud);
    case 'password': {
      const known = user(cloud);
      return { user: { ...known, password: await answer('password') } };
    }
    case 'totp': {
      const known = user(cloud);
      return { user: { ...known, passcode: await answer('passcode') } };
    }
  }
}

function applicationCredential(cloud: Cloud): object {
  const secret = need(cloud, 'application_credential_secret');
  const { application_credential_id: id, application_credential_name: name } = cloud.auth;
  if (id !== undefined) return { id, secret };
  return { name: name ?? need(cloud, 'application_credential_id'), secret, user: user(cloud) };
}

function user(cloud: Cloud): object {
  const { user_id: id } = cloud.auth;
  return id === undefined ? { name: need(cloud, 'username'), domain: domainOf(cloud.auth, 'user_domain') } : { id };
}

/** The scope of a login; `undefined` for none. Throws `auth-ambiguous` if the configuration names several, as keystoneauth1 does. */
function scopeOf(cloud: Cloud): object | undefined {
  const { auth } = cloud;
  const scopes: Record<string, object> = {};
  if (auth.project_id !== undefined) scopes.project_id = { project: { id: auth.project_id } };
  else if (auth.project_name !== undefined)
    scopes.project_name = { project: { name: auth.project_name, domain: domainOf(auth, 'project_domain') } };
  else if (auth.domain_id !== undefined) scopes.domain_id = { domain: { id: auth.domain_id } };
  else if (auth.domain_name !== undefined) scopes.domain_name = { domain: { name: auth.domain_name } };
  if (auth.trust_id !== undefined) scopes.trust_id = { 'OS-TRUST:trust': { id: auth.trust_id } };
  const names = Object.keys(scopes);
  // keystoneauth1 supports only this system scope, and uses it if there is no other.
  if (names.length === 0) return auth.system_scope === 'all' ? { system: { all: true } } : undefined;
  if (names.length === 1) return Object.values(scopes)[0];
  throw new Failure('auth-ambiguous', `The cloud "${cloud.name}" has several scopes: ${names.join(', ')}.`, {
    next: `Keep only one of them in ${cloud.origin}.`,
  });
}

/** `default_domain_*` is for both domains; `default` is openstackclient's default. */
function domainOf(auth: Cloud['auth'], prefix: 'user_domain' | 'project_domain'): object {
  const { [`${prefix}_id`]: id, [`${prefix}_name`]: name } = auth;
  if (id !== undefined) return { id };
  if (name !== undefined) return { name };
  const { default_domain_id: shared = 'default', default_domain_name: sharedName } = auth;
  return sharedName === undefined || auth.default_domain_id !== undefined ? { id: shared } : { name: sharedName };
}
