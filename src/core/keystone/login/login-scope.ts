import { Failure } from '../../failure.ts';
import type { Cloud } from '../clouds/configuration.ts';

/** The scope of a login; `undefined` for none. Throws `auth-ambiguous` where the configuration names several, as keystoneauth1 does. */
export function scopeOf(cloud: Cloud): object | undefined {
  const { auth } = cloud;
  const scopes: Record<string, object> = {};
  if (auth.project_id !== undefined) scopes.project_id = { project: { id: auth.project_id } };
  else if (auth.project_name !== undefined)
    scopes.project_name = { project: { name: auth.project_name, domain: domainOf(auth, 'project_domain') } };
  else if (auth.domain_id !== undefined) scopes.domain_id = { domain: { id: auth.domain_id } };
  else if (auth.domain_name !== undefined) scopes.domain_name = { domain: { name: auth.domain_name } };
  if (auth.trust_id !== undefined) scopes.trust_id = { 'OS-TRUST:trust': { id: auth.trust_id } };
  const names = Object.keys(scopes);
  // keystoneauth1 knows this one scope of the system, and uses it where there is no other.
  if (names.length === 0) return auth.system_scope === 'all' ? { system: { all: true } } : undefined;
  if (names.length === 1) return Object.values(scopes)[0];
  throw new Failure('auth-ambiguous', `The cloud "${cloud.name}" names several scopes: ${names.join(', ')}.`, {
    next: `Leave only one of them in ${cloud.origin}.`,
  });
}

/** `default_domain_*` stands for both domains; `default` is openstackclient's guess. */
export function domainOf(auth: Cloud['auth'], prefix: 'user_domain' | 'project_domain'): object {
  const { [`${prefix}_id`]: id, [`${prefix}_name`]: name } = auth;
  if (id !== undefined) return { id };
  if (name !== undefined) return { name };
  const { default_domain_id: shared = 'default', default_domain_name: sharedName } = auth;
  return sharedName === undefined || auth.default_domain_id !== undefined ? { id: shared } : { name: sharedName };
}
