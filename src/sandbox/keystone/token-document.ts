import { randomUUID } from 'node:crypto';
import type { Receipt } from './authenticate.ts';
import type { Grant, Identity } from './identity.ts';
import { domain, type User } from './people.ts';

/** URL of a region's image service. */
export interface RegionAddress {
  readonly name: string;
  readonly url: string;
}

/** The sources of Keystone's documents. */
export interface KeystoneDeps {
  readonly identity: Identity;
  readonly authUrl: string;
  readonly regions: readonly RegionAddress[];
}

/** The body of a token; one without a scope has no catalog. */
export function tokenDocument(keystone: KeystoneDeps, grant: Grant, withCatalog: boolean): object {
  return {
    token: {
      methods: grant.methods,
      user: userDocument(grant.user),
      audit_ids: [grant.auditId],
      expires_at: time(grant.expires),
      issued_at: time(grant.issued),
      ...scopeDocument(keystone.identity, grant),
      ...(withCatalog && grant.scope !== undefined ? { catalog: catalog(keystone) } : {}),
    },
  };
}

/** The body of a 401 that is a receipt. */
export function receiptDocument({ user, methods, issued, expires }: Receipt): object {
  const { id, name, domain: room } = user;
  return {
    receipt: { methods, user: { id, name, domain: room }, expires_at: time(expires), issued_at: time(issued) },
    required_auth_methods: user.rules,
  };
}

/** The roles of a token. */
export function rolesOf({ user, scope }: Grant): readonly string[] {
  if (scope === undefined) return [];
  return scope.kind === 'project' && scope.trust !== undefined ? scope.trust.roles : user.roles;
}

/** A role as shown in a trust and for federated users. */
export function roleDocument(identity: Identity, name: string): object {
  return { id: identity.roleId(name), name, domain_id: null, description: null, options: { immutable: true } };
}

function userDocument({ id, name, domain: room, federation }: User): object {
  if (federation === undefined) return { domain: room, id, name, password_expires_at: null };
  const { group, provider, protocol } = federation;
  const by = { groups: [{ id: group }], identity_provider: { id: provider }, protocol: { id: protocol } };
  return { domain: room, id, name, 'OS-FEDERATION': by };
}

function scopeDocument(identity: Identity, grant: Grant): object {
  const { scope, user } = grant;
  if (scope === undefined) return {};
  const trust = scope.kind === 'project' ? scope.trust : undefined;
  const inFull = trust !== undefined || user.federation !== undefined;
  const roles = rolesOf(grant).map((name) =>
    inFull ? roleDocument(identity, name) : { id: identity.roleId(name), name },
  );
  if (scope.kind === 'domain') return { domain, roles };
  if (scope.kind === 'system') return { roles, system: { all: true } };
  const project = { domain, id: scope.project.id, name: scope.project.name };
  if (trust === undefined) return { project, is_domain: false, roles };
  const [trustor_user, trustee_user] = [{ id: trust.trustor }, { id: trust.trustee }];
  const { id, impersonation } = trust;
  return { 'OS-TRUST:trust': { id, trustor_user, trustee_user, impersonation }, project, roles };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

/** Keystone and Glance in every region, on each interface. */
export function catalog({ authUrl, regions }: KeystoneDeps): object[] {
  const endpoints = (urlOf: (region: RegionAddress) => string) =>
    regions.flatMap((region) =>
      ['public', 'internal', 'admin'].map((kind) => ({
        id: randomUUID().replaceAll('-', ''),
        interface: kind,
        region_id: region.name,
        url: urlOf(region),
        region: region.name,
      })),
    );
  return [
    { endpoints: endpoints(() => authUrl), id: 'identity', type: 'identity', name: 'keystone' },
    { endpoints: endpoints((region) => region.url), id: 'image', type: 'image', name: 'glance' },
  ];
}
