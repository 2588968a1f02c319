import { Failure } from '../../failure.ts';
import { loginKind, type LoginMethod } from './auth-types.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { receiversOf } from '../clouds/secure-consent.ts';

/** A question for the user. */
export interface LoginQuestion {
  /** A password may be stored, a passcode is used once. */
  readonly kind: 'password' | 'passcode';
  readonly cloud: string;
  /** The file that describes the cloud, or `environment`. */
  readonly origin: string;
  readonly user: string;
  /** The URLs that receive the answer: `auth_url`, or the identity provider; then other servers that get a token for it. */
  readonly address: string;
  /** The key of a stored answer, besides the user: see `keptFor`. */
  readonly keptFor: string;
  /** Whether the last answer was refused, so a stored one is wrong. */
  readonly refused: boolean;
}

/** The user's answer. */
type LoginAnswer =
  | string
  /** `accepted` is called once the login succeeded. */
  | { readonly text: string; readonly accepted: () => void };

/** Answers a question; `undefined` if the user declined. */
export type AskLogin = (question: LoginQuestion) => Promise<LoginAnswer | undefined>;

type Kind = LoginQuestion['kind'];

/** Passwords and passcodes for the logins to one cloud: those of its configuration, else the user's answers, in memory. */
export class LoginAnswers {
  readonly #cloud: Cloud;
  readonly #ask: AskLogin | undefined;
  readonly #refused = new Set<Kind>();
  #password: string | undefined;
  /** A configured passcode is used once. */
  #passcodeUsed = false;
  #passcodeWanted = false;
  /** The user's answers for the current login. */
  #typed = new Map<Kind, string>();
  /** The answers that Keystone gave a receipt for. */
  #proven = new Set<Kind>();
  /** Callbacks for accepted answers. */
  readonly #accepted = new Map<Kind, () => void>();

  constructor(cloud: Cloud, ask: AskLogin | undefined) {
    this.#cloud = cloud;
    this.#ask = ask;
  }

  /** Secrets to keep out of messages, besides `secretsOf` the cloud. */
  get secrets(): readonly string[] {
    return [...this.#typed.values()];
  }

  /** Whether the login used a passcode, so the next one needs the user. */
  get passcodeWanted(): boolean {
    return this.#passcodeWanted;
  }

  /** Whether the next login asks the user. */
  get wanted(): boolean {
    const login = loginKind(this.#cloud);
    const kinds: readonly string[] =
      login.kind === 'methods' ? login.methods : login.kind === 'oidc' ? [login.grant] : [];
    const { password = '', passcode = '' } = this.#cloud.auth;
    const withoutPassword = kinds.includes('password') && password === '' && this.#password === undefined;
    const withoutPasscode = this.#passcodeWanted || kinds.includes('totp');
    return withoutPassword || (withoutPasscode && (passcode === '' || this.#passcodeUsed));
  }

  /** Call when a login starts. */
  begin(): void {
    this.#typed.clear();
    this.#proven.clear();
    this.#passcodeWanted = false;
  }

  /** Throws `auth-incomplete` if it is neither configured nor answered. */
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

  /** Call when the login was accepted. */
  accept(): void {
    this.#refused.clear();
    this.#typed.clear();
    const tellings = [...this.#accepted.values()];
    this.#accepted.clear();
    for (const tell of tellings) tell();
  }

  /** Call when Keystone gave a receipt for these: they are right, whatever the result of the login. */
  prove(methods: readonly LoginMethod[]): void {
    if (methods.includes('password')) this.#proven.add('password');
    if (methods.includes('totp')) this.#proven.add('passcode');
  }

  /** Call when the login was refused. Returns whether another answer of the user could help. */
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
    // If nobody can be asked it is sent again, so that Keystone says what is wrong.
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
      return new Failure(
        'auth-incomplete',
        `The cloud "${name}" has no "${kind}", and there is no terminal to ask for it.`,
        {
          next: `Run it in a terminal, or ${where}.`,
        },
      );
    }
    return new Failure('signed-out', `You are not signed in to the cloud "${name}": it has no "${kind}".`, {
      next: `Sign in to it, or ${where}.`,
    });
  }
}

/** The user who logs in to a cloud; empty if it is no user. */
export function loginUser({ auth }: Cloud): string {
  return auth.username ?? auth.user_id ?? '';
}

/**
 * The key of a stored password: the URLs that receive it or a token for it, and how their certificates are checked, never a
 * cloud's name alone. A folder that names the same URL without a checked certificate, or another Glance, gets no password
 * that was stored for the URL alone.
 */
export function keptFor(cloud: Cloud): string {
  const { verify, ca, caFile = ca } = cloud.tls;
  const address = allAddresses(cloud).join(' and ');
  if (!verify) return `${address} (certificate not checked)`;
  return caFile === undefined ? address : `${address} (certificate by ${caFile})`;
}

/** The URL that receives the password first, then those that receive a token. */
function allAddresses(cloud: Cloud): readonly string[] {
  const first = loginAddress(cloud);
  return [first, ...receiversOf(cloud).filter((address) => address !== first)];
}

/** One URL for each server. */
function serversInWords(cloud: Cloud): string {
  const addresses = allAddresses(cloud);
  const origins = addresses.map((address) => URL.parse(address)?.origin ?? address);
  return addresses.filter((_, index) => origins.indexOf(origins[index] ?? '') === index).join(' and ');
}

/** The URL that receives the password of a cloud. */
function loginAddress(cloud: Cloud): string {
  const { auth_url: authUrl = '', access_token_endpoint: endpoint, discovery_endpoint: discovery } = cloud.auth;
  return loginKind(cloud).kind === 'oidc' ? (endpoint ?? discovery ?? '') : authUrl;
}
