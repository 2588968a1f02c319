import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isRecord } from './exchange.ts';
import { writeAtomically } from './atomic-file.ts';

/** The domain that everything is in. */
export const domain = { id: 'default', name: 'Default' } as const;

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  /** The one project that the user has roles in. */
  readonly project: Project;
  readonly roles: readonly string[];
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly secret: string;
  readonly userId: string;
}

/** What a token stands for. */
export interface Grant {
  readonly user: User;
  /** Undefined in an unscoped token. */
  readonly project: Project | undefined;
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

const people: Readonly<Record<string, readonly string[]>> = {
  admin: ['admin', 'member', 'reader'],
  demo: ['member', 'reader'],
  guest: ['member', 'reader'],
};

/** The users, their projects and application credentials, and the tokens that stand for them. */
export class Identity {
  readonly users: readonly User[];
  readonly #path: string;
  readonly #kept: Kept;
  readonly #lifetime: number;
  readonly #revoked = new Set<string>();

  /**
   * Reads what is kept at `path`, or makes it. A `password` given replaces the kept one; all users have the same.
   * Tokens live `lifetime` milliseconds; like Keystone's Fernet tokens they are signed, not stored, and so survive a restart.
   */
  constructor(path: string, password: string | undefined, lifetime: number) {
    this.#path = path;
    this.#lifetime = lifetime;
    const kept = read(path);
    this.#kept = {
      key: kept?.key ?? randomBytes(32).toString('hex'),
      password: password ?? kept?.password ?? randomBytes(18).toString('base64url'),
      ids: kept?.ids ?? Object.fromEntries(Object.keys(people).map((name) => [name, { user: id(), project: id() }])),
      roles: kept?.roles ?? { admin: id(), member: id(), reader: id() },
      credentials: kept?.credentials ?? [],
    };
    this.users = Object.entries(people).map(([name, roles]) => {
      const { user = id(), project = id() } = this.#kept.ids[name] ?? {};
      return { id: user, name, roles, project: { id: project, name } };
    });
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
    return this.users.find((user) => user.id === userId);
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

  /** A new token. `until` bounds its life: a token got by another token doesn't outlive it. */
  issue(user: User, project: Project | undefined, methods: readonly string[], until = Infinity): [string, Grant] {
    const issued = Math.floor(Date.now() / 1000) * 1000;
    const expires = Math.min(issued + this.#lifetime, until);
    const auditId = randomBytes(16).toString('base64url');
    const payload = JSON.stringify({ u: user.id, p: project?.id, m: methods, a: auditId, i: issued, e: expires });
    const text = Buffer.from(payload).toString('base64url');
    return [`gAAAAA${text}.${this.#sign(text)}`, { user, project, methods, auditId, issued, expires }];
  }

  /** What a token stands for; undefined for one that is not ours, has expired or was revoked. */
  grantOf(token: string): Grant | undefined {
    const [text = '', signature = ''] = token.replace(/^gAAAAA/, '').split('.');
    if (!same(signature, this.#sign(text))) return undefined;
    const payload: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!isRecord(payload)) return undefined;
    const user = this.userById(String(payload.u));
    const { a, i, e, m } = payload;
    if (user === undefined || typeof a !== 'string' || typeof i !== 'number' || typeof e !== 'number') return undefined;
    if (e <= Date.now() || this.#revoked.has(a) || !Array.isArray(m)) return undefined;
    const project = payload.p === user.project.id ? user.project : undefined;
    return { user, project, methods: m.map(String), auditId: a, issued: i, expires: e };
  }

  revoke(grant: Grant): void {
    this.#revoked.add(grant.auditId);
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

/** Whether two secrets are equal, in the same time whatever they are. */
export function same(left: string, right: string): boolean {
  const hash = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}

function id(): string {
  return randomBytes(16).toString('hex');
}

function read(path: string): Kept | undefined {
  try {
    // Our own file, written by this class only.
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
