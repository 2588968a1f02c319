import type { Cloud } from '../clouds/configuration.ts';

/** The supported login methods of Keystone. */
export type LoginMethod = 'password' | 'token' | 'application_credential' | 'totp';

/** The supported grants of an OpenID Connect provider. */
export type OidcGrant = 'password' | 'client_credentials' | 'access_token';

/** The kind of an `auth_type`. */
export type LoginKind =
  | { readonly kind: 'methods'; readonly methods: readonly LoginMethod[] }
  | { readonly kind: 'oidc'; readonly grant: OidcGrant }
  /** Without Keystone. */
  | { readonly kind: 'fixed' }
  /** `name` is the unknown `auth_type`, or the unknown one of `auth_methods`. */
  | { readonly kind: 'unknown'; readonly name: string };

/** Names of keystoneauth1's plugins; `v3` spellings mean the same. */
const METHODS: Readonly<Record<string, LoginMethod>> = {
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'application_credential',
  v3totp: 'totp',
};

const GRANTS: Readonly<Record<string, OidcGrant>> = {
  v3oidcpassword: 'password',
  v3oidcclientcredentials: 'client_credentials',
  v3oidcaccesstoken: 'access_token',
};

/** `token_endpoint` is openstacksdk's old name for `admin_token`. */
const WITHOUT_KEYSTONE = new Set(['none', 'admin_token', 'token_endpoint', 'http_basic']);

/** The kind of a cloud's `auth_type`. */
export function loginKind({ authType, auth }: Pick<Cloud, 'authType' | 'auth'>): LoginKind {
  if (WITHOUT_KEYSTONE.has(authType)) return { kind: 'fixed' };
  const grant = Object.hasOwn(GRANTS, authType) ? GRANTS[authType] : undefined;
  if (grant !== undefined) return { kind: 'oidc', grant };
  const names = authType === 'v3multifactor' ? methodNames(auth) : [authType];
  const unknown = names.find((name) => !Object.hasOwn(METHODS, name));
  if (unknown !== undefined) return { kind: 'unknown', name: unknown };
  return { kind: 'methods', methods: [...new Set(names.flatMap((name) => METHODS[name] ?? []))] };
}

/** `auth_methods`, comma-separated; see `readAuth`. */
function methodNames(auth: Cloud['auth']): readonly string[] {
  return (auth.auth_methods ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
