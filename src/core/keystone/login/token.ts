import { Failure } from '../../failure.ts';
import { field, parseJson } from '../../http/answers.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { readCatalog, type CatalogEndpoint } from './catalog.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { addressOf, checkAddress } from './refused-login.ts';

/** What Keystone answers to a login. */
export interface Token {
  readonly id: string;
  /** ms from when it was issued to when it expires, by the server's clock alone. */
  readonly life: number;
  readonly project: { readonly id: string; readonly name?: string } | undefined;
  readonly catalog: readonly CatalogEndpoint[];
  /** Names of the user's roles there; `undefined` where Keystone does not say. */
  readonly roles?: readonly string[];
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
  const roles = field(token, 'roles');
  return {
    id,
    life: life > 0 ? life : LIFE_UNKNOWN,
    project:
      typeof projectId === 'string'
        ? { id: projectId, ...(typeof projectName === 'string' ? { name: projectName } : {}) }
        : undefined,
    catalog: readCatalog(field(token, 'catalog'), cloud.imageService),
    ...(Array.isArray(roles) ? { roles: roles.map((role) => String(field(role, 'name'))) } : {}),
  };
}
