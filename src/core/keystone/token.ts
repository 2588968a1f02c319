import { Failure } from '../failure.ts';
import { failureOf, field, parseJson } from '../http/answers.ts';
import { withoutSecrets } from '../http/connection-failure.ts';
import type { HttpAnswer } from '../http/http.ts';
import { readCatalog, type CatalogEndpoint } from './catalog.ts';
import type { Cloud } from './configuration.ts';

/** What Keystone answers to a login. */
export interface Token {
  readonly id: string;
  /** ms from when it was issued to when it expires, by the server's clock alone. */
  readonly life: number;
  readonly project: { readonly id: string; readonly name?: string } | undefined;
  readonly catalog: readonly CatalogEndpoint[];
}

/** ms that a token is trusted for whose times can't be read. */
const LIFE_UNKNOWN = 300_000;

/** The token of a 201 (https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization). Throws `keystone-unusable`. */
export function readToken(answer: HttpAnswer, cloud: Cloud): Token {
  const id = answer.headers['x-subject-token'];
  const token = field(parseJson(answer.body), 'token');
  if (id === undefined || id === '' || typeof token !== 'object' || token === null) {
    throw new Failure('keystone-unusable', `${addressOf(cloud)} did not answer as Keystone does.`, {
      ...checkAddress(cloud),
      status: answer.status,
    });
  }
  const life = Date.parse(String(field(token, 'expires_at'))) - Date.parse(String(field(token, 'issued_at')));
  const project = field(token, 'project');
  const projectId = field(project, 'id');
  const projectName = field(project, 'name');
  return {
    id,
    life: life > 0 ? life : LIFE_UNKNOWN,
    project:
      typeof projectId === 'string'
        ? { id: projectId, ...(typeof projectName === 'string' ? { name: projectName } : {}) }
        : undefined,
    catalog: readCatalog(field(token, 'catalog'), cloud.imageService),
  };
}

/** Why an answer to a login is none: `login-refused`, `keystone-unusable`. Never says what was sent as a secret, even where the server does. */
export function loginRefused(said: HttpAnswer, cloud: Cloud, secrets: readonly string[]): Failure {
  const answer = { ...said, body: withoutWords(said.body, secrets) };
  const address = addressOf(cloud);
  if (answer.status === 401) {
    const further = answer.headers['openstack-auth-receipt'] !== undefined;
    return failureOf(
      answer,
      'login-refused',
      `Keystone at ${address} refused the login of ${who(cloud)} to the cloud "${cloud.name}"`,
      {
        next: further
          ? 'It wants a second factor; use an application credential instead.'
          : `Check user, password, project and their domains in ${cloud.origin}; Keystone does not say which is wrong.`,
      },
    );
  }
  const { location } = answer.headers;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
    const text = `${address} redirects to ${withoutSecrets(location)}; a password is never sent on`;
    return failureOf({ ...answer, body: '' }, 'keystone-unusable', text, checkAddress(cloud));
  }
  const what = `${address} answered ${answer.status} to a login`;
  // Keystone says 400 to a login that it can't read, e.g. one without a domain, and 403 to one that is forbidden.
  if (answer.status !== 400 && answer.status !== 403) {
    return failureOf(answer, 'keystone-unusable', what, checkAddress(cloud));
  }
  return failureOf(answer, 'login-refused', what, {
    next: `Check "auth" of the cloud "${cloud.name}" in ${cloud.origin}.`,
  });
}

/** Servers that dislike a request like to quote it: as it is, in a string of JSON, and in a message that quotes JSON. */
function withoutWords(text: string, words: readonly string[]): string {
  const quoted = (word: string): string => JSON.stringify(word).slice(1, -1);
  const spellings = words.flatMap((word) => [quoted(quoted(word)), quoted(word), word]);
  return spellings.filter((word) => word !== '').reduce((left, word) => left.replaceAll(word, '***'), text);
}

function addressOf(cloud: Cloud): string {
  return withoutSecrets(cloud.auth.auth_url ?? '');
}

function checkAddress(cloud: Cloud): { readonly next: string } {
  return { next: `Check "auth_url" of the cloud "${cloud.name}" in ${cloud.origin}.` };
}

function who({ auth }: Cloud): string {
  const credential = auth.application_credential_name ?? auth.application_credential_id;
  const user = auth.username ?? auth.user_id;
  return credential === undefined ? `"${user ?? 'the user'}"` : `the application credential "${credential}"`;
}
