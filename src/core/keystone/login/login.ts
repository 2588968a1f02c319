import { Failure } from '../../failure.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { loginKind, type LoginMethod, type OidcGrant } from './auth-types.ts';
import { need, rescopeRequest, secretsOf, tokenRequest, tokensUrl } from './authentication.ts';
import type { Cloud } from '../clouds/configuration.ts';
import type { LoginAnswers } from './login-answers.ts';
import { accessToken, federatedRequest, type SendLogin } from './oidc.ts';
import { furtherMethods, isAskable, loginRefused, wantsFurtherMethods } from './refused-login.ts';

/** A 201 of Keystone, or a refusal for which another password might help. Everything else is thrown. */
export type LoginOutcome =
  { readonly kind: 'issued'; readonly answer: HttpAnswer } | { readonly kind: 'refused'; readonly failure: Failure };

/** Collaborators of a login. */
export interface LoginDeps {
  readonly cloud: Cloud;
  readonly answers: LoginAnswers;
  readonly send: SendLogin;
}

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * Logs in to a cloud as its `auth_type` says. Throws `auth-type-unknown`, `auth-incomplete`, `auth-ambiguous`, `signed-out`,
 * `login-refused` for a login that another password can't fix, `keystone-unusable`, `identity-provider-unusable`.
 */
export async function logIn(deps: LoginDeps): Promise<LoginOutcome> {
  const { cloud, answers } = deps;
  need(cloud, 'auth_url');
  answers.begin();
  const login = loginKind(cloud);
  if (login.kind === 'methods') return byMethods(deps, login.methods);
  if (login.kind === 'oidc') return byIdentityProvider(deps, login.grant);
  throw new Failure('auth-type-unknown', `The auth_type "${cloud.authType}" of cloud "${cloud.name}" is unknown.`);
}

async function byMethods(deps: LoginDeps, methods: readonly LoginMethod[]): Promise<LoginOutcome> {
  const { cloud, answers } = deps;
  const body = await tokenRequest(cloud, methods, (kind) => answers.get(kind));
  const answer = await post(deps, body);
  const further = furtherMethods(answer);
  if (further === undefined) return outcome(answer, deps);
  answers.prove(methods);
  return continueLogin(deps, answer, further);
}

/** Sends the further methods that Keystone wants, with its receipt for the first ones. */
async function continueLogin(deps: LoginDeps, answer: HttpAnswer, further: readonly string[]): Promise<LoginOutcome> {
  const { cloud, answers } = deps;
  const { 'openstack-auth-receipt': receipt = '' } = answer.headers;
  const methods = further.filter(isAskable);
  if (methods.length === 0 || methods.length < further.length) throw wantsFurtherMethods(answer, cloud, further);
  try {
    const body = await tokenRequest(cloud, methods, (kind) => answers.get(kind));
    return outcome(await post(deps, body, { 'openstack-auth-receipt': receipt }), deps, [receipt]);
  } catch (error) {
    if (Failure.is(error, 'auth-incomplete')) throw wantsFurtherMethods(answer, cloud, further, error.next);
    throw error;
  }
}

/** Sends the access token of the identity provider to Keystone, and exchanges Keystone's token for one with the scope. */
async function byIdentityProvider(deps: LoginDeps, grant: OidcGrant): Promise<LoginOutcome> {
  const { cloud, answers, send } = deps;
  // Throws for missing or ambiguous settings before any secret is sent.
  federatedRequest(cloud, '');
  rescopeRequest(cloud, '');
  const access = await accessToken(cloud, grant, { send, answer: (kind) => answers.get(kind) });
  if (access.kind === 'refused') return { kind: 'refused', failure: access.failure };
  const unscoped = await send(federatedRequest(cloud, access.token));
  const federated = outcome(unscoped, deps, [access.token]);
  const { 'x-subject-token': token = '' } = unscoped.headers;
  const request = rescopeRequest(cloud, token);
  if (federated.kind === 'refused' || token === '' || request === undefined) return federated;
  return outcome(await post(deps, request), deps, [access.token, token]);
}

function post({ cloud, send }: LoginDeps, body: object, headers = {}): Promise<HttpAnswer> {
  const url = tokensUrl(need(cloud, 'auth_url'));
  return send({ method: 'POST', url, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) });
}

function outcome(answer: HttpAnswer, { cloud, answers }: LoginDeps, secrets: readonly string[] = []): LoginOutcome {
  if (answer.status === 201) return { kind: 'issued', answer };
  const failure = loginRefused(answer, cloud, [...secretsOf(cloud), ...answers.secrets, ...secrets]);
  if (answer.status === 401) return { kind: 'refused', failure };
  throw failure;
}
