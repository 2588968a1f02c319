import { Failure } from '../../failure.ts';
import { field, parseJson } from '../../http/answers.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { readAccessRules, type AccessRule } from './access-rules.ts';
import { readCatalog, type CatalogEndpoint } from './catalog.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { addressOf, checkAddress } from './refused-login.ts';

/** A token of Keystone. */
export interface Token {
  readonly id: string;
  /** Lifetime in ms, from the server's own times. */
  readonly life: number;
  readonly project: { readonly id: string; readonly name?: string } | undefined;
  readonly catalog: readonly CatalogEndpoint[];
  /** Names of the user's roles; `undefined` if Keystone does not say. */
  readonly roles?: readonly string[];
  /** Of its application credential, if that has any. */
  readonly accessRules?: readonly AccessRule[];
}

/** Assumed lifetime in ms of a token with unreadable times. */
const LIFE_UNKNOWN = 300_000;

/** Parses the token of a 201 (https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization). Throws `keystone-unusable`. */
export function readToken(answer: HttpAnswer, cloud: Cloud): Token {
  const id = answer.headers['x-subject-token'];
  const token = field(parseJson(answer.body), 'token');
  if (id === undefined || id === '' || typeof token !== 'object' || token === null) {
    throw new Failure('keystone-unusable', `${addressOf(cloud)} did not answer like Keystone.`, {
      ...checkAddress(cloud),
      status: answer.status,
    });
  }
  const life = Date.parse(String(field(token, 'expires_at'))) - Date.parse(String(field(token, 'issued_at')));
  const project = field(token, 'project');
  const projectId = field(project, 'id');
  const projectName = field(project, 'name');
  const roles = field(token, 'roles');
  const accessRules = readAccessRules(token);
  return {
    id,
    life: life > 0 ? life : LIFE_UNKNOWN,
    project:
      typeof projectId === 'string'
        ? { id: projectId, ...(typeof projectName === 'string' ? { name: projectName } : {}) }
        : undefined,
    catalog: readCatalog(field(token, 'catalog'), cloud.imageService),
    ...(Array.isArray(roles) ? { roles: roles.map((role) => String(field(role, 'name'))) } : {}),
    ...(accessRules === undefined ? {} : { accessRules }),
  };
}
