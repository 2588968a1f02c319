import type { Failure } from '../../failure.ts';
import { failureOf, field, parseJson } from '../../http/answers.ts';
import type { HttpAnswer, HttpRequest } from '../../http/http.ts';
import type { OidcGrant } from './auth-types.ts';
import { keystoneRoot, need, secretsOf, type Answer } from './authentication.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { withoutWords } from './refused-login.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** An access token, or the identity provider's refusal. */
export type AccessToken =
  { readonly kind: 'issued'; readonly token: string } | { readonly kind: 'refused'; readonly failure: Failure };

/** Sends a request of a login. */
export type SendLogin = (request: HttpRequest) => Promise<HttpAnswer>;

/** keystoneauth1's. */
const DEFAULT_SCOPE = 'openid profile';

/**
 * An access token of the identity provider (https://www.rfc-editor.org/rfc/rfc6749#section-4.3 and 4.4), or the configured one.
 * Throws `identity-provider-unusable`, `auth-incomplete`, and what `send` and `answer` throw.
 */
export async function accessToken(
  cloud: Cloud,
  grant: OidcGrant,
  { send, answer }: { readonly send: SendLogin; readonly answer: Answer },
): Promise<AccessToken> {
  if (grant === 'access_token') return { kind: 'issued', token: need(cloud, 'access_token') };
  const clientId = need(cloud, 'client_id');
  const { client_secret: secret = '', scope = DEFAULT_SCOPE } = cloud.auth;
  const form = new URLSearchParams({ grant_type: grant, scope });
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (secret === '') form.set('client_id', clientId);
  else headers.authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
  const url = await tokenEndpoint(cloud, grant, send);
  if (grant === 'password') {
    form.set('username', need(cloud, 'username'));
    form.set('password', await answer('password'));
  }
  const said = await send({ method: 'POST', url, headers, body: form.toString() });
  const secrets = [...secretsOf(cloud), form.get('password') ?? ''];
  return readAccessToken(
    { ...said, body: said.status < 400 ? said.body : withoutWords(said.body, secrets) },
    cloud,
    url,
  );
}

/** The request that sends an access token to Keystone, for a token without a scope. */
export function federatedRequest(cloud: Cloud, token: string): HttpRequest {
  const provider = encodeURIComponent(need(cloud, 'identity_provider'));
  const protocol = encodeURIComponent(need(cloud, 'protocol'));
  const root = keystoneRoot(need(cloud, 'auth_url'));
  return {
    method: 'POST',
    url: `${root}/OS-FEDERATION/identity_providers/${provider}/protocols/${protocol}/auth`,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    body: '',
  };
}

/** `access_token_endpoint`, else the one of the discovery document (https://openid.net/specs/openid-connect-discovery-1_0.html). */
async function tokenEndpoint(cloud: Cloud, grant: OidcGrant, send: SendLogin): Promise<string> {
  const { access_token_endpoint: configured = '', discovery_endpoint: discovery = '' } = cloud.auth;
  if (configured !== '') return configured;
  if (discovery === '') need(cloud, 'access_token_endpoint');
  const answer = await send({ method: 'GET', url: discovery, headers: { accept: 'application/json' } });
  const document = parseJson(answer.body);
  if (answer.status !== 200 || typeof document !== 'object' || document === null)
    throw unusable(answer, cloud, `${withoutSecrets(discovery)} is not an OpenID Connect discovery document`);
  const grants = field(document, 'grant_types_supported');
  if (Array.isArray(grants) && !grants.includes(grant))
    throw unusable(
      answer,
      cloud,
      `The identity provider at ${withoutSecrets(discovery)} does not support the grant "${grant}"`,
    );
  const endpoint = field(document, 'token_endpoint');
  const parsed = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    throw unusable(answer, cloud, `${withoutSecrets(discovery)} has no token_endpoint`);
  // A password that is configured for TLS is never sent without it.
  if (discovery.startsWith('https:') && parsed.protocol !== 'https:')
    throw unusable(answer, cloud, `${withoutSecrets(discovery)} has a token_endpoint without TLS`);
  return parsed.href;
}

function readAccessToken(answer: HttpAnswer, cloud: Cloud, url: string): AccessToken {
  const document = parseJson(answer.body);
  const token = field(document, cloud.auth.access_token_type ?? 'access_token');
  if (answer.status === 200 && typeof token === 'string' && token !== '') return { kind: 'issued', token };
  const address = withoutSecrets(url);
  const refused = answer.status === 401 || field(document, 'error') === 'invalid_grant';
  if (!refused) throw unusable(said(answer), cloud, `${address} answered ${answer.status} without an access token`);
  const { username, client_id: client = '' } = cloud.auth;
  const who = username === undefined ? `the client "${client}"` : `"${username}"`;
  const what = `The identity provider at ${address} refused the login of ${who} to the cloud "${cloud.name}"`;
  const next = `Check user, password, "client_id" and "client_secret" in ${cloud.origin}.`;
  return { kind: 'refused', failure: failureOf(said(answer), 'login-refused', what, { next }) };
}

/** Moves the provider's message to where OpenStack services have theirs. Keeps nothing of an answer with a token. */
function said(answer: HttpAnswer): HttpAnswer {
  const document = parseJson(answer.body);
  const words = answer.status < 400 ? undefined : (field(document, 'error_description') ?? field(document, 'error'));
  return { ...answer, body: typeof words === 'string' ? JSON.stringify({ message: words }) : '' };
}

function unusable(answer: HttpAnswer, cloud: Cloud, what: string): Failure {
  const { location } = answer.headers;
  const where = location === undefined ? '' : `; it redirects to ${withoutSecrets(location)}, which is not followed`;
  return failureOf(
    { ...answer, body: answer.status < 400 ? '' : answer.body },
    'identity-provider-unusable',
    `${what}${where}`,
    {
      next: `Check "discovery_endpoint", "access_token_endpoint" and "protocol" of the cloud "${cloud.name}" in ${cloud.origin}.`,
    },
  );
}
