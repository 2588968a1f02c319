import { Failure } from '../failure.ts';
import type { Cloud } from './configuration.ts';

/** The ways to log in that this tool knows; `v3` spellings mean the same. */
const METHODS: Readonly<Record<string, 'password' | 'token' | 'application_credential'>> = {
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'application_credential',
};

/** Whether an `auth_type` can be used. */
export function isKnownAuthType(authType: string): boolean {
  return Object.hasOwn(METHODS, authType);
}

/** `POST` body for `/v3/auth/tokens` (https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization). */
export function tokenRequest(cloud: Cloud, password: string | undefined): object {
  const method = METHODS[cloud.authType];
  const { auth } = cloud;
  if (method === undefined)
    throw new Failure('auth-type-unknown', `The auth_type "${cloud.authType}" of cloud "${cloud.name}" is not known.`);
  if (method === 'application_credential') {
    return { auth: { identity: { methods: [method], application_credential: applicationCredential(cloud) } } };
  }
  const identity =
    method === 'token'
      ? { methods: [method], token: { id: need(cloud, 'token') } }
      : { methods: [method], password: { user: { ...user(cloud), password: password ?? need(cloud, 'password') } } };
  const scope = scopeOf(auth);
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

/** Where tokens are asked for: `auth_url` with and without its version. */
export function tokensUrl(authUrl: string): string {
  const bare = authUrl.replace(/\/+$/, '');
  return bare.endsWith('/v3') ? `${bare}/auth/tokens` : `${bare.replace(/\/v2\.0$/, '')}/v3/auth/tokens`;
}

/** An application credential carries its own scope: none may be sent beside it. */
function applicationCredential(cloud: Cloud): object {
  const secret = need(cloud, 'application_credential_secret');
  const { application_credential_id: id, application_credential_name: name } = cloud.auth;
  if (id !== undefined) return { id, secret };
  if (name === undefined) throw missing(cloud, 'application_credential_id');
  return { name, secret, user: user(cloud) };
}

function user({ auth, ...cloud }: Cloud): object {
  if (auth.user_id !== undefined) return { id: auth.user_id };
  if (auth.username === undefined) throw missing({ auth, ...cloud }, 'username');
  return { name: auth.username, domain: domain(auth, 'user_domain') };
}

function domain(auth: Cloud['auth'], prefix: 'user_domain' | 'project_domain'): object {
  const id = auth[`${prefix}_id`] ?? (auth[`${prefix}_name`] === undefined ? auth.domain_id : undefined);
  if (id !== undefined) return { id };
  const name = auth[`${prefix}_name`] ?? auth.domain_name;
  return name === undefined ? { id: 'default' } : { name };
}

function scopeOf(auth: Cloud['auth']): object | undefined {
  if (auth.project_id !== undefined) return { project: { id: auth.project_id } };
  if (auth.project_name !== undefined)
    return { project: { name: auth.project_name, domain: domain(auth, 'project_domain') } };
  if (auth.trust_id !== undefined) return { 'OS-TRUST:trust': { id: auth.trust_id } };
  if (auth.system_scope === 'all') return { system: { all: true } };
  if (auth.domain_id !== undefined) return { domain: { id: auth.domain_id } };
  if (auth.domain_name !== undefined) return { domain: { name: auth.domain_name } };
  return undefined;
}

function need(cloud: Cloud, name: string): string {
  const value = cloud.auth[name];
  if (value === undefined) throw missing(cloud, name);
  return value;
}

function missing(cloud: Cloud, name: string): Failure {
  return new Failure('auth-incomplete', `The cloud "${cloud.name}" has no "${name}".`, {
    next: `Add it under "auth" in ${cloud.origin}, or in secure.yaml.`,
  });
}
