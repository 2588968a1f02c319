import { Failure } from '../../failure.ts';
import { loginKind, type LoginMethod } from './auth-types.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { receiversOf } from '../clouds/secure-consent.ts';

/** A question that only a person can answer. */
export interface LoginQuestion {
  /** A password may be kept for later, a passcode serves once. */
  readonly kind: 'password' | 'passcode';
  readonly cloud: string;
  /** The file that describes the cloud, or `environment`. */
  readonly origin: string;
  readonly user: string;
  /** Where the answer is sent: `auth_url`, or the address of the identity provider; then other servers that get a token for it. */
  readonly address: string;
  /** What a kept answer belongs to, beside the user: see `keptFor`. */
  readonly keptFor: string;
  /** Whether the last answer was refused: a kept one is wrong. */
  readonly refused: boolean;
}

/** What somebody answered. */
type LoginAnswer =
  | string
  /** `accepted` is told once the login with it was accepted. */
  | { readonly text: string; readonly accepted: () => void };

/** Answers a question; `undefined` where the user declined. */
export type AskLogin = (question: LoginQuestion) => Promise<LoginAnswer | undefined>;

type Kind = LoginQuestion['kind'];

/** Passwords and passcodes for the logins to one cloud: those of its configuration, else what somebody answered, in memory. */
export class LoginAnswers {
  readonly #cloud: Cloud;
  readonly #ask: AskLogin | undefined;
  readonly #refused = new Set<Kind>();
  #password: string | undefined;
  /** The one of the configuration serves once. */
  #passcodeUsed = false;
  #passcodeWanted = false;
  /** What was typed for the login under way. */
  #typed = new Map<Kind, string>();
  /** What of it Keystone gave a receipt for. */
  #proven = new Set<Kind>();
  /** Who wants to know that it was right. */
  readonly #accepted = new Map<Kind, () => void>();

  constructor(cloud: Cloud, ask: AskLogin | undefined) {
    this.#cloud = cloud;
    this.#ask = ask;
  }

  /** What has to stay out of messages, besides `secretsOf` the cloud. */
  get secrets(): readonly string[] {
    return [...this.#typed.values()];
  }

  /** Whether the login took a passcode: somebody has to be there for the next one. */
  get passcodeWanted(): boolean {
    return this.#passcodeWanted;
  }

  /** Whether the next login begins with a question. */
  get wanted(): boolean {
    const login = loginKind(this.#cloud);
    const kinds: readonly string[] =
      login.kind === 'methods' ? login.methods : login.kind === 'oidc' ? [login.grant] : [];
    const { password = '', passcode = '' } = this.#cloud.auth;
    const withoutPassword = kinds.includes('password') && password === '' && this.#password === undefined;
    const withoutPasscode = this.#passcodeWanted || kinds.includes('totp');
    return withoutPassword || (withoutPasscode && (passcode === '' || this.#passcodeUsed));
  }

  /** A login begins. */
  begin(): void {
    this.#typed.clear();
    this.#proven.clear();
    this.#passcodeWanted = false;
  }

  /** Throws `auth-incomplete` where it is neither configured nor answered. */
  async get(kind: Kind): Promise<string> {
    this.#passcodeWanted ||= kind === 'passcode';
    const configured = this.#configured(kind);
    if (configured !== undefined) return configured;
    const answer = kind === 'password' ? (this.#password ?? (await this.#asked(kind))) : await this.#asked(kind);
    if (answer === undefined || answer === '') throw this.#missing(kind);
    this.#typed.set(kind, answer);
    if (kind === 'password') this.#password = answer;
    return answer;
  }

  /** The login under way was accepted. */
  accept(): void {
    this.#refused.clear();
    this.#typed.clear();
    const tellings = [...this.#accepted.values()];
    this.#accepted.clear();
    for (const tell of tellings) tell();
  }

  /** Keystone gave a receipt for these: whatever comes of the login, they were right. */
  prove(methods: readonly LoginMethod[]): void {
    if (methods.includes('password')) this.#proven.add('password');
    if (methods.includes('totp')) this.#proven.add('passcode');
  }

  /** The login under way was refused. Whether another answer could help: somebody can be asked for what was wrong. */
  refuse(): boolean {
    const doubtful = [...this.#typed.keys()].filter((kind) => !this.#proven.has(kind));
    for (const kind of doubtful) {
      this.#refused.add(kind);
      this.#accepted.delete(kind);
    }
    if (!this.#proven.has('password')) this.#password = undefined;
    return doubtful.length > 0;
  }

  #configured(kind: Kind): string | undefined {
    const { [kind]: written = '' } = this.#cloud.auth;
    if (written === '') return undefined;
    if (kind === 'password') return written;
    // With nobody to be asked it is sent again, for Keystone to say what is wrong with it.
    if (this.#passcodeUsed && this.#ask !== undefined) return undefined;
    this.#passcodeUsed = true;
    return written;
  }

  async #asked(kind: Kind): Promise<string | undefined> {
    const { name: cloud, origin } = this.#cloud;
    const [user, address] = [loginUser(this.#cloud), serversInWords(this.#cloud)];
    const refused = this.#refused.has(kind);
    const answer = await this.#ask?.({ kind, cloud, origin, user, address, keptFor: keptFor(this.#cloud), refused });
    if (typeof answer !== 'object') return answer;
    this.#accepted.set(kind, answer.accepted);
    return answer.text;
  }

  #missing(kind: Kind): Failure {
    const { name, origin } = this.#cloud;
    const where =
      origin === 'environment' ? `set OS_${kind.toUpperCase()}` : `add it under "auth" in ${origin}, or in secure.yaml`;
    if (this.#ask === undefined) {
      return new Failure('auth-incomplete', `The cloud "${name}" has no "${kind}", and nobody can be asked for it.`, {
        next: `Run it where there is a terminal, or ${where}.`,
      });
    }
    return new Failure('signed-out', `You are not signed in to the cloud "${name}": it has no "${kind}".`, {
      next: `Sign in to it, or ${where}.`,
    });
  }
}

/** Who logs in to a cloud; empty where that is no user. */
export function loginUser({ auth }: Cloud): string {
  return auth.username ?? auth.user_id ?? '';
}

/**
 * What a password is kept for: the addresses that get it or a token for it, and how they are known to be the right ones, never a
 * cloud's name alone. A folder that names the same address without a checked certificate, or a Glance of its own, gets no password
 * that was kept for the address alone.
 */
export function keptFor(cloud: Cloud): string {
  const { verify, caFile } = cloud.tls;
  const address = allAddresses(cloud).join(' and ');
  if (!verify) return `${address} (certificate not checked)`;
  return caFile === undefined ? address : `${address} (certificate by ${caFile})`;
}

/** The one that gets the password first, then those that get a token for it. */
function allAddresses(cloud: Cloud): readonly string[] {
  const first = loginAddress(cloud);
  return [first, ...receiversOf(cloud).filter((address) => address !== first)];
}

/** One address of each server that gets something. */
function serversInWords(cloud: Cloud): string {
  const addresses = allAddresses(cloud);
  const origins = addresses.map((address) => URL.parse(address)?.origin ?? address);
  return addresses.filter((_, index) => origins.indexOf(origins[index] ?? '') === index).join(' and ');
}

/** Where the password of a cloud is sent. */
function loginAddress(cloud: Cloud): string {
  const { auth_url: authUrl = '', access_token_endpoint: endpoint, discovery_endpoint: discovery } = cloud.auth;
  return loginKind(cloud).kind === 'oidc' ? (endpoint ?? discovery ?? '') : authUrl;
}
