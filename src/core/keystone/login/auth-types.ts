import type { Cloud } from '../clouds/configuration.ts';

/** What Keystone can be shown in a login of ours. */
export type LoginMethod = 'password' | 'token' | 'application_credential' | 'totp';

/** How an identity provider of OpenID Connect gives an access token. */
export type OidcGrant = 'password' | 'client_credentials' | 'access_token';

/** What an `auth_type` stands for. */
export type LoginKind =
  | { readonly kind: 'methods'; readonly methods: readonly LoginMethod[] }
  | { readonly kind: 'oidc'; readonly grant: OidcGrant }
  /** Without Keystone. */
  | { readonly kind: 'fixed' }
  /** `name` is the `auth_type`, or that of `auth_methods` which is not known. */
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

/** `token_endpoint` is openstacksdk's old name of `admin_token`. */
const WITHOUT_KEYSTONE = new Set(['none', 'admin_token', 'token_endpoint', 'http_basic']);

/** What the `auth_type` of a cloud stands for. */
export function loginKind({ authType, auth }: Pick<Cloud, 'authType' | 'auth'>): LoginKind {
  if (WITHOUT_KEYSTONE.has(authType)) return { kind: 'fixed' };
  const grant = Object.hasOwn(GRANTS, authType) ? GRANTS[authType] : undefined;
  if (grant !== undefined) return { kind: 'oidc', grant };
  const names = authType === 'v3multifactor' ? methodNames(auth) : [authType];
  const unknown = names.find((name) => !Object.hasOwn(METHODS, name));
  if (unknown !== undefined) return { kind: 'unknown', name: unknown };
  return { kind: 'methods', methods: [...new Set(names.flatMap((name) => METHODS[name] ?? []))] };
}

/** `auth_methods`, names with commas between; see `readAuth`. */
function methodNames(auth: Cloud['auth']): readonly string[] {
  return (auth.auth_methods ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
