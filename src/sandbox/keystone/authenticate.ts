import { randomBytes } from 'node:crypto';
import { Refusal, type Answer } from '../http/answers.ts';
import { isRecord } from '../http/exchange.ts';
import { type Grant, type Identity, same, type Scope } from './identity.ts';
import { isPasscode } from './passcodes.ts';
import { domain, type Domain, type Project, type User } from './people.ts';

/** The answer of mod_auth_openidc, in front of a Keystone, to an invalid bearer token. */
const unbelieved: Answer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer', 'content-type': 'text/html' },
  text: '<html><head><title>401 Unauthorized</title></head></html>',
};

/** Keystone's single message for all authentication errors. */
export function unauthorized(message = 'The request you have made requires authentication.'): Refusal {
  return new Refusal(401, message);
}

/** The authenticated user, and the possible scope. */
interface Authenticated {
  readonly user: User;
  readonly methods: readonly string[];
  /** Set if the method has its own scope. */
  readonly project?: Project;
  readonly until?: number;
}

/** The completed methods of a login that needs more. */
export interface Receipt {
  readonly id: string;
  readonly user: User;
  readonly methods: readonly string[];
  /** Milliseconds since the epoch. */
  readonly issued: number;
  readonly expires: number;
}

/** A token, or a receipt for an incomplete login. */
export type Authentication =
  | { readonly kind: 'issued'; readonly token: string; readonly grant: Grant }
  | { readonly kind: 'unfinished'; readonly receipt: Receipt };

/** ms; Keystone's `[receipt] expiration`. */
const RECEIPT_LIFE = 300_000;

/** Receipts by their id; they end with the sandbox. */
export type Receipts = Map<string, Receipt>;

/**
 * The token for the body of a `POST /v3/auth/tokens`, with the receipt of a header.
 * Methods: password, totp, token, application_credential. Scope: a project, a trust, the domain, the system, or none.
 */
export function authenticate(
  identity: Identity,
  body: Record<string, unknown>,
  receipts: Receipts,
  receiptId: unknown,
): Authentication {
  const auth = body.auth;
  const asked = isRecord(auth) ? auth.identity : undefined;
  if (!isRecord(auth) || !isRecord(asked)) throw new Refusal(400, "'identity' is a required property");
  const wanted: unknown = asked.methods;
  if (!Array.isArray(wanted)) throw new Refusal(400, "'methods' is a required property");
  const receipt = typeof receiptId === 'string' ? receiptOf(receipts, receiptId) : undefined;
  const { user, methods, project, until } = together(
    (wanted as unknown[]).map((method) => byMethod(identity, method, recordOf(asked[String(method)]))),
  );
  if (receipt !== undefined && receipt.user !== user) throw noReceipt(receipt.id);
  const shown = [...new Set([...methods, ...(receipt?.methods ?? [])])];
  if (user.rules.length > 0 && !user.rules.some((rule) => rule.every((method) => shown.includes(method))))
    return { kind: 'unfinished', receipt: newReceipt(receipts, user, shown) };
  if (project !== undefined && auth.scope !== undefined)
    throw unauthorized(
      'Error authenticating with application credential: Application credentials cannot request a scope.',
    );
  const scope: Scope | undefined =
    project === undefined ? scopeOf(identity, user, auth.scope) : { kind: 'project', project };
  const [token, grant] = identity.issue(impersonated(identity, user, scope), scope, shown, until);
  return { kind: 'issued', token, grant };
}

/** All methods have to name the same user. */
function together(found: readonly Authenticated[]): Authenticated {
  const [first, ...others] = found;
  if (first === undefined || others.some(({ user }) => user !== first.user)) throw unauthorized();
  return { ...first, methods: found.flatMap(({ methods }) => methods) };
}

function receiptOf(receipts: Receipts, receiptId: string): Receipt {
  const receipt = receipts.get(receiptId);
  if (receipt === undefined || receipt.expires <= Date.now()) throw noReceipt(receiptId);
  return receipt;
}

function noReceipt(receiptId: string): Refusal {
  return unauthorized(`Could not find auth receipt: ${receiptId}.`);
}

function newReceipt(receipts: Receipts, user: User, methods: readonly string[]): Receipt {
  const issued = Math.floor(Date.now() / 1000) * 1000;
  const id = `gAAAAA${randomBytes(80).toString('base64url')}`;
  const receipt = { id, user, methods, issued, expires: issued + RECEIPT_LIFE };
  receipts.set(id, receipt);
  return receipt;
}

function byMethod(identity: Identity, method: unknown, parameters: Record<string, unknown>): Authenticated {
  if (method === 'password') return byPassword(identity, recordOf(parameters.user));
  if (method === 'totp') return byPasscode(identity, recordOf(parameters.user));
  if (method === 'token') return byToken(identity, parameters.id);
  if (method === 'application_credential') return byApplicationCredential(identity, parameters);
  throw unauthorized('Attempted to authenticate with an unsupported method.');
}

function byPassword(identity: Identity, asked: Record<string, unknown>): Authenticated {
  const user = userOf(identity, asked);
  const { password } = asked;
  if (user?.password === undefined || typeof password !== 'string' || !same(password, user.password))
    throw unauthorized();
  return { user, methods: ['password'] };
}

function byPasscode(identity: Identity, asked: Record<string, unknown>): Authenticated {
  const user = userOf(identity, asked);
  if (user?.totp === undefined || !isPasscode(user.totp, asked.passcode, Date.now())) throw unauthorized();
  return { user, methods: ['totp'] };
}

function byToken(identity: Identity, token: unknown): Authenticated {
  const grant = typeof token === 'string' ? identity.grantOf(token) : undefined;
  if (grant === undefined) throw unauthorized();
  return { user: grant.user, methods: [...new Set(['token', ...grant.methods])], until: grant.expires };
}

function byApplicationCredential(identity: Identity, asked: Record<string, unknown>): Authenticated {
  const { id, name, secret } = asked;
  const owner = id === undefined ? userOf(identity, recordOf(asked.user)) : undefined;
  if (id === undefined && asked.user === undefined)
    throw malformed('Expecting to find user in application credential.');
  const credential = identity.credentials.find((each) =>
    id === undefined ? each.name === name && each.userId === owner?.id : each.id === id,
  );
  if (credential === undefined && typeof id === 'string') {
    throw new Refusal(404, `Could not find Application Credential: ${id}.`);
  }
  const user = identity.userById(credential?.userId ?? '');
  if (
    credential === undefined ||
    user === undefined ||
    typeof secret !== 'string' ||
    !same(secret, credential.secret)
  ) {
    throw unauthorized();
  }
  return { user, project: user.project, methods: ['application_credential'] };
}

function userOf(identity: Identity, asked: Record<string, unknown>): User | undefined {
  if (typeof asked.id === 'string') return identity.userById(asked.id);
  if (asked.domain === undefined) throw malformed('Expecting to find domain in user.');
  return inDomain(asked.domain) ? identity.userByName(String(asked.name)) : undefined;
}

/** The requested scope, undefined for none. A scope without a role of the user is a 401. */
function scopeOf(identity: Identity, user: User, scope: unknown): Scope | undefined {
  if (scope === undefined || scope === 'unscoped') return undefined;
  const { project: asked, domain: room, system, 'OS-TRUST:trust': trust } = recordOf(scope);
  if (trust !== undefined) return byTrust(identity, user, recordOf(trust).id);
  const everywhere = user.roles.includes('admin');
  if (everywhere && room !== undefined && inDomain(room)) return { kind: 'domain' };
  if (everywhere && recordOf(system).all === true) return { kind: 'system' };
  if (isProject(user.project, recordOf(asked))) return { kind: 'project', project: user.project };
  throw unauthorized();
}

function isProject({ id, name }: Project, asked: Record<string, unknown>): boolean {
  return asked.id === id || (asked.id === undefined && asked.name === name && inDomain(asked.domain));
}

function byTrust(identity: Identity, user: User, trustId: unknown): Scope {
  const trust = identity.trust(String(trustId));
  if (trust === undefined) throw unauthorized();
  if (trust.trustee !== user.id) throw new Refusal(403, 'You are not authorized to perform the requested action.');
  return { kind: 'project', project: trust.project, trust };
}

/** A trust may let its trustee impersonate the trustor. */
function impersonated(identity: Identity, user: User, scope: Scope | undefined): User {
  const trust = scope?.kind === 'project' ? scope.trust : undefined;
  return trust?.impersonation === true ? (identity.userById(trust.trustor) ?? user) : user;
}

function inDomain(asked: unknown): boolean {
  const { id, name } = recordOf(asked) as Partial<Domain>;
  return id === domain.id || (id === undefined && name === domain.name);
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function malformed(what: string): Refusal {
  return new Refusal(
    400,
    `${what} The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  );
}

/**
 * A login by an identity provider's access token; here such a token is `NAME@ISSUER`. An answer, or a token without a scope.
 * Throws the refusals of Keystone.
 */
export function authenticateFederated(
  identity: Identity,
  [provider = '', protocol = '']: readonly string[],
  authorization: string | undefined,
): Answer | [string, Grant] {
  const bearer = /^Bearer ([\w.-]+)@([\w.:/-]+)$/.exec(authorization ?? '');
  if (bearer === null && protocol === 'openid') return unbelieved;
  const known = identity.federation;
  if (known?.provider !== provider) throw new Refusal(404, `Could not find Identity Provider: ${provider}.`);
  if (known.protocol !== protocol) throw unauthorized('Attempted to authenticate with an unsupported method.');
  const [, name = '', issuer] = bearer ?? [];
  if (issuer !== known.issuer) throw new Refusal(403, 'You are not authorized to perform the requested action.');
  return identity.issue(identity.federatedUser(name), undefined, [protocol]);
}
