import type { Failure } from '../../failure.ts';
import { failureOf, field, parseJson } from '../../http/answers.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { loginKind, type LoginMethod } from './auth-types.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { withoutSecrets } from '../../http/addresses.ts';

const WORDS: Readonly<Record<LoginMethod, string>> = {
  password: 'password',
  token: 'token',
  application_credential: 'id and secret of the application credential',
  totp: 'passcode',
};

/**
 * The further methods that Keystone wants, if its 401 is a receipt for the first ones
 * (https://docs.openstack.org/keystone/latest/admin/multi-factor-authentication.html); `undefined` for any other answer. Of several alternatives, the one with the fewest methods.
 */
export function furtherMethods(answer: HttpAnswer): readonly string[] | undefined {
  if (answer.status !== 401 || answer.headers['openstack-auth-receipt'] === undefined) return undefined;
  const document = parseJson(answer.body);
  const shown = texts(field(field(document, 'receipt'), 'methods'));
  const rules = field(document, 'required_auth_methods');
  const ways = (Array.isArray(rules) ? rules.map(texts) : [])
    .map((rule) => rule.filter((method) => !shown.includes(method)))
    .filter((rest) => rest.length > 0);
  const possible = ways.filter((rest) => rest.every(isAskable));
  return (possible.length === 0 ? ways : possible).sort((one, other) => one.length - other.length)[0] ?? [];
}

/** Whether the user can be asked for what a method needs. */
export function isAskable(method: string): method is 'password' | 'totp' {
  return method === 'password' || method === 'totp';
}

/** The failure of a login that is right so far but can't continue. */
export function wantsFurtherMethods(
  answer: HttpAnswer,
  cloud: Cloud,
  further: readonly string[],
  next = 'Use an application credential, which needs no second factor.',
): Failure {
  const what = further.length === 0 ? 'further methods' : further.map((method) => `"${method}"`).join(' and ');
  const message = `Keystone at ${addressOf(cloud)} accepts the login of ${who(cloud)} to the cloud "${cloud.name}" only with ${what}`;
  return failureOf({ ...answer, body: '' }, 'login-refused', message, { next });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The failure of a login: `login-refused`, `keystone-unusable`. Never quotes a secret, even if the server does. */
export function loginRefused(said: HttpAnswer, cloud: Cloud, secrets: readonly string[]): Failure {
  const answer = { ...said, body: withoutWords(said.body, secrets) };
  const address = addressOf(cloud);
  if (answer.status === 401) {
    return failureOf(
      answer,
      'login-refused',
      `Keystone at ${address} refused the login of ${who(cloud)} to the cloud "${cloud.name}"`,
      {
        next: `Check ${whatToCheck(cloud)} in ${cloud.origin}. Keystone does not say which one is wrong.`,
      },
    );
  }
  const { location } = answer.headers;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
    const text = `${address} redirects to ${withoutSecrets(location)}; passwords are never sent to another address`;
    return failureOf({ ...answer, body: '' }, 'keystone-unusable', text, checkAddress(cloud));
  }
  const what = `${address} answered ${answer.status} to a login`;
  // Keystone answers 400 to a malformed login, e.g. one without a domain, and 403 to a forbidden one.
  if (answer.status !== 400 && answer.status !== 403) {
    return failureOf(answer, 'keystone-unusable', what, checkAddress(cloud));
  }
  return failureOf(answer, 'login-refused', what, {
    next: `Check "auth" of the cloud "${cloud.name}" in ${cloud.origin}.`,
  });
}

/** Servers often quote a refused request: as is, as a JSON string, as JSON within JSON, and form-encoded. */
export function withoutWords(text: string, words: readonly string[]): string {
  const quoted = (word: string): string => JSON.stringify(word).slice(1, -1);
  const inForm = (word: string): string => new URLSearchParams({ word }).toString().slice('word='.length);
  const spellings = words.flatMap((word) => [quoted(quoted(word)), quoted(word), inForm(word), word]);
  return spellings.filter((word) => word !== '').reduce((left, word) => left.replaceAll(word, '***'), text);
}

/** `auth_url` without secrets. */
export function addressOf(cloud: Cloud): string {
  return withoutSecrets(cloud.auth.auth_url ?? '');
}

/** The advice if `auth_url` is not Keystone's. */
export function checkAddress(cloud: Cloud): { readonly next: string } {
  return { next: `Check "auth_url" of the cloud "${cloud.name}" in ${cloud.origin}.` };
}

function who({ auth }: Cloud): string {
  const credential = auth.application_credential_name ?? auth.application_credential_id;
  const user = auth.username ?? auth.user_id;
  if (credential === undefined) return user === undefined ? 'the user' : `"${user}"`;
  return `the application credential "${credential}"`;
}

function whatToCheck(cloud: Cloud): string {
  const login = loginKind(cloud);
  if (login.kind === 'oidc') return '"identity_provider", "protocol", project and its domain';
  const methods = login.kind === 'methods' ? login.methods : [];
  const shown = methods.map((method) => WORDS[method]).join(', ');
  return methods.includes('application_credential') ? shown : `user, ${shown}, project and their domains`;
}
