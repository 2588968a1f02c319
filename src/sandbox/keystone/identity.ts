import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemCode } from '../../core/failure.ts';
import { isRecord } from '../http/exchange.ts';
import { writeAtomically } from '../../node/files/strict-files.ts';
import type { Release } from '../release.ts';
import { domain, people, type Project, type SandboxLogins, type User } from './people.ts';

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly secret: string;
  readonly userId: string;
}

/** A trust: who may act in whose project, with which roles. */
export interface Trust {
  readonly id: string;
  readonly trustor: string;
  readonly trustee: string;
  readonly project: Project;
  readonly impersonation: boolean;
  readonly roles: readonly string[];
}

/** The scope of a token; an unscoped one has none. */
export type Scope =
  | { readonly kind: 'project'; readonly project: Project; readonly trust?: Trust }
  | { readonly kind: 'domain' }
  | { readonly kind: 'system' };

/** The content of a token. */
export interface Grant {
  readonly user: User;
  readonly scope: Scope | undefined;
  readonly methods: readonly string[];
  readonly auditId: string;
  /** Milliseconds since the epoch. */
  readonly issued: number;
  readonly expires: number;
}

interface Kept {
  readonly key: string;
  readonly password: string;
  /** Project and user id by user name: they stay the same over a restart, as images have owners. */
  readonly ids: Record<string, { readonly user: string; readonly project: string }>;
  readonly roles: Record<string, string>;
  credentials: ApplicationCredential[];
}

/** Options of an `Identity`, besides its file. */
export interface IdentityOptions {
  readonly release: Release;
  /** Replaces the stored password of the standard users. */
  readonly password: string | undefined;
  /** Lifetime of a token in milliseconds. */
  readonly lifetime: number;
  readonly logins: SandboxLogins | undefined;
}

/** The users, their projects and application credentials, and their tokens. */
export class Identity {
  /** Of the Default domain. */
  readonly users: readonly User[];
  readonly federation: SandboxLogins['federation'] | undefined;
  readonly #path: string;
  readonly #kept: Kept;
  readonly #lifetime: number;
  readonly #revoked = new Set<string>();
  readonly #trusts = new Map<string, Trust>();
  readonly #federated = new Map<string, User>();

  /** Reads the file at `path`, or creates it. Like Keystone's Fernet tokens ours are signed, not stored, and so survive a restart. */
  constructor(path: string, { release, password, lifetime, logins }: IdentityOptions) {
    this.#path = path;
    this.#lifetime = lifetime;
    const kept = read(path);
    this.#kept = {
      key: kept?.key ?? randomBytes(32).toString('hex'),
      password: password ?? kept?.password ?? randomBytes(18).toString('base64url'),
      ids: kept?.ids ?? Object.fromEntries(Object.keys(people).map((name) => [name, { user: id(), project: id() }])),
      roles: { admin: id(), manager: id(), member: id(), reader: id(), ...kept?.roles },
      credentials: kept?.credentials ?? [],
    };
    this.federation = logins?.federation;
    this.users = this.#users(logins, release);
    if (this.#kept.credentials.length === 0) this.#addFirstCredential();
    this.#save();
  }

  get password(): string {
    return this.#kept.password;
  }

  get credentials(): readonly ApplicationCredential[] {
    return this.#kept.credentials;
  }

  roleId(name: string): string {
    return this.#kept.roles[name] ?? name;
  }

  userByName(name: string): User | undefined {
    return this.users.find((user) => user.name === name);
  }

  userById(userId: string): User | undefined {
    return this.users.find((user) => user.id === userId) ?? this.#federated.get(userId);
  }

  /** The user of this name at the identity provider. Throws without a provider. */
  federatedUser(name: string): User {
    const { federation } = this;
    const project = this.userByName(federation?.project ?? '')?.project;
    if (federation === undefined || project === undefined) throw new Error('This sandbox has no identity provider.');
    const { provider, protocol } = federation;
    const room = createHash('md5').update(provider).digest('hex');
    const user: User = {
      id: createHash('sha256').update(`${room}${name}`).digest('hex'),
      name,
      domain: { id: room, name: room },
      project,
      roles: ['member', 'reader'],
      password: undefined,
      totp: undefined,
      rules: [],
      federation: { provider, protocol, group: createHash('md5').update(`group of ${provider}`).digest('hex') },
    };
    this.#federated.set(user.id, user);
    return user;
  }

  addCredential(
    user: User,
    name: string,
    description: string | null,
    secret: string | undefined,
  ): ApplicationCredential {
    const credential = {
      id: id(),
      name,
      description,
      secret: secret ?? randomBytes(48).toString('base64url'),
      userId: user.id,
    };
    this.#kept.credentials.push(credential);
    this.#save();
    return credential;
  }

  removeCredential(credentialId: string): void {
    this.#kept.credentials = this.#kept.credentials.filter((credential) => credential.id !== credentialId);
    this.#save();
  }

  /** Trusts end with the sandbox. */
  addTrust(trust: Omit<Trust, 'id'>): Trust {
    const made = { id: id(), ...trust };
    this.#trusts.set(made.id, made);
    return made;
  }

  trust(trustId: string): Trust | undefined {
    return this.#trusts.get(trustId);
  }

  /** Its tokens end with it. */
  removeTrust(trustId: string): void {
    this.#trusts.delete(trustId);
  }

  /** A new token. `until` limits its lifetime: a token does not outlive the one that it was issued for. */
  issue(user: User, scope: Scope | undefined, methods: readonly string[], until = Infinity): [string, Grant] {
    const issued = Math.floor(Date.now() / 1000) * 1000;
    const expires = Math.min(issued + this.#lifetime, until);
    const auditId = randomBytes(16).toString('base64url');
    const kind = scope?.kind === 'project' ? { t: scope.trust?.id } : {};
    const payload = { u: user.id, s: scope?.kind, ...kind, m: methods, a: auditId, i: issued, e: expires };
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return [`gAAAAA${text}.${this.#sign(text)}`, { user, scope, methods, auditId, issued, expires }];
  }

  /** The content of a token; undefined if it is not ours, has expired or was revoked. */
  grantOf(token: string): Grant | undefined {
    const [text = '', signature = ''] = token.replace(/^gAAAAA/, '').split('.');
    if (!same(signature, this.#sign(text))) return undefined;
    const payload: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!isRecord(payload)) return undefined;
    const user = this.userById(String(payload.u));
    const { a, i, e, m, t } = payload;
    if (user === undefined || typeof a !== 'string' || typeof i !== 'number' || typeof e !== 'number') return undefined;
    if (e <= Date.now() || this.#revoked.has(a) || !Array.isArray(m)) return undefined;
    const trust = typeof t === 'string' ? this.#trusts.get(t) : undefined;
    if (t !== undefined && trust === undefined) return undefined;
    return { user, scope: scopeOf(user, payload.s, trust), methods: m.map(String), auditId: a, issued: i, expires: e };
  }

  revoke(grant: Grant): void {
    this.#revoked.add(grant.auditId);
  }

  #users(logins: SandboxLogins | undefined, release: Release): readonly User[] {
    const common = { domain, totp: undefined, rules: [], federation: undefined };
    const { password } = this.#kept;
    const always = Object.entries(people).map(([name, { [release]: roles }]): User => {
      const { user = id(), project = id() } = this.#kept.ids[name] ?? {};
      return { ...common, id: user, name, roles, password, project: { id: project, name } };
    });
    const further = (logins?.users ?? []).map((login): User => {
      const project = always.find(({ name }) => name === login.project)?.project;
      if (project === undefined) throw new Error(`The sandbox has no project ${login.project}.`);
      return { ...common, ...login, id: id(), roles: ['member', 'reader'], project };
    });
    return [...always, ...further];
  }

  #addFirstCredential(): void {
    const demo = this.userByName('demo');
    if (demo !== undefined) this.addCredential(demo, 'sandbox', null, undefined);
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#kept.key).update(text).digest('base64url');
  }

  #save(): void {
    writeAtomically(this.#path, JSON.stringify(this.#kept));
  }
}

/** Whether two secrets are equal, in constant time. */
export function same(left: string, right: string): boolean {
  const hash = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}

function scopeOf(user: User, kind: unknown, trust: Trust | undefined): Scope | undefined {
  if (kind === 'domain' || kind === 'system') return { kind };
  if (kind !== 'project') return undefined;
  return trust === undefined ? { kind, project: user.project } : { kind, project: trust.project, trust };
}

function id(): string {
  return randomBytes(16).toString('hex');
}

function read(path: string): Kept | undefined {
  try {
    // Our own file, written by this class only.
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
