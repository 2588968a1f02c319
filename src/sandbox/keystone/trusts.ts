import { type Answer, Refusal } from '../http/answers.ts';
import { isRecord } from '../http/exchange.ts';
import type { Grant, Identity, Trust } from './identity.ts';
import { roleDocument } from './token-document.ts';

const forbidden = 'You are not authorized to perform the requested action.';

/** `POST /v3/OS-TRUST/trusts`: the caller lets another user act in the caller's project. */
export function createTrust(identity: Identity, caller: Grant, body: unknown, origin: string): Answer {
  const asked = isRecord(body) ? body.trust : undefined;
  if (!isRecord(asked)) throw new Refusal(400, "'trust' is a required property");
  for (const name of ['trustee_user_id', 'trustor_user_id', 'impersonation'])
    if (!(name in asked)) throw new Refusal(400, `'${name}' is a required property`);
  const { user } = caller;
  if (asked.trustor_user_id !== user.id) throw new Refusal(403, forbidden);
  const trustee = identity.userById(String(asked.trustee_user_id));
  if (trustee === undefined) throw new Refusal(404, `Could not find user: ${String(asked.trustee_user_id)}.`);
  const roles = (Array.isArray(asked.roles) ? asked.roles : []).map((role: unknown) => roleName(identity, role));
  if (asked.project_id !== user.project.id || !roles.every((role) => user.roles.includes(role)))
    throw new Refusal(403, forbidden);
  const trust = identity.addTrust({
    trustor: user.id,
    trustee: trustee.id,
    project: user.project,
    impersonation: asked.impersonation === true,
    // A member is a reader too.
    roles: user.roles.filter((role) => roles.includes(role) || (role === 'reader' && roles.length > 0)),
  });
  return { status: 201, json: { trust: trustDocument(identity, trust, roles, origin) } };
}

/** `DELETE /v3/OS-TRUST/trusts/{id}`: for the trustor. */
export function deleteTrust(identity: Identity, caller: Grant, id: string): Answer {
  const trust = identity.trust(id);
  if (trust === undefined) throw new Refusal(404, `Could not find trust: ${id}.`);
  if (trust.trustor !== caller.user.id) throw new Refusal(403, forbidden);
  identity.removeTrust(id);
  return { status: 204 };
}

function roleName(identity: Identity, role: unknown): string {
  const { id, name } = isRecord(role) ? role : {};
  const known = ['admin', 'member', 'reader'];
  return known.find((each) => each === name || identity.roleId(each) === id) ?? '';
}

function trustDocument(identity: Identity, trust: Trust, roles: readonly string[], origin: string): object {
  const { id, trustor, trustee, project, impersonation } = trust;
  return {
    id,
    trustor_user_id: trustor,
    trustee_user_id: trustee,
    project_id: project.id,
    impersonation,
    expires_at: null,
    remaining_uses: null,
    deleted_at: null,
    redelegated_trust_id: null,
    redelegation_count: 0,
    roles: roles.map((name) => roleDocument(identity, name)),
    links: { self: `${origin}/v3/OS-TRUST/trusts/${id}` },
  };
}
