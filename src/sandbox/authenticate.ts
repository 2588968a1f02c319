import { Refusal } from './answers.ts';
import { isRecord } from './exchange.ts';
import { domain, type Grant, type Identity, type Project, same, type User } from './identity.ts';

/** Keystone's one text for everything that is wrong with who asks. */
export function unauthorized(message = 'The request you have made requires authentication.'): Refusal {
  return new Refusal(401, message);
}

/** Who asks, and what the request may be scoped to. */
interface Authenticated {
  readonly user: User;
  readonly methods: readonly string[];
  /** Set where the method brings its own scope. */
  readonly project?: Project;
  readonly until?: number;
}

/**
 * The token that the body of a `POST /v3/auth/tokens` asks for.
 * Methods: password, token, application_credential. Scope: a project, or none.
 */
export function authenticate(identity: Identity, body: Record<string, unknown>): [string, Grant] {
  const auth = body.auth;
  const asked = isRecord(auth) ? auth.identity : undefined;
  if (!isRecord(auth) || !isRecord(asked)) throw new Refusal(400, "'identity' is a required property");
  const methods = asked.methods;
  if (!Array.isArray(methods)) throw new Refusal(400, "'methods' is a required property");
  const [method] = methods as unknown[];
  const found = byMethod(identity, method, recordOf(asked[String(method)]));
  if (found.project !== undefined) {
    if (auth.scope === undefined) return identity.issue(found.user, found.project, found.methods);
    throw unauthorized(
      'Error authenticating with application credential: Application credentials cannot request a scope.',
    );
  }
  return identity.issue(found.user, scopeOf(found.user, auth.scope), found.methods, found.until);
}

function byMethod(identity: Identity, method: unknown, parameters: Record<string, unknown>): Authenticated {
  if (method === 'password') return byPassword(identity, recordOf(parameters.user));
  if (method === 'token') return byToken(identity, parameters.id);
  if (method === 'application_credential') return byApplicationCredential(identity, parameters);
  throw unauthorized('Attempted to authenticate with an unsupported method.');
}

function byPassword(identity: Identity, asked: Record<string, unknown>): Authenticated {
  const user = userOf(identity, asked);
  const password = asked.password;
  if (user === undefined || typeof password !== 'string' || !same(password, identity.password)) throw unauthorized();
  return { user, methods: ['password'] };
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

/** The project of a scope, undefined for no scope. Everything that the user has no role in is a 401. */
function scopeOf(user: User, scope: unknown): Project | undefined {
  if (scope === undefined || scope === 'unscoped') return undefined;
  const asked = recordOf(recordOf(scope).project);
  const { project } = user;
  if (asked.id === project.id) return project;
  if (asked.id === undefined && asked.name === project.name && inDomain(asked.domain)) return project;
  throw unauthorized();
}

function inDomain(asked: unknown): boolean {
  const { id, name } = recordOf(asked);
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
