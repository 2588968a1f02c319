import { withAbort } from '../../abort.ts';
import { Failure, type FailureDetails } from '../../failure.ts';
import { failureOf } from '../../http/answers.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../http/http.ts';
import type { Log } from '../../log.ts';
import { isAllowed } from './access-rules.ts';
import { fixedAuthorization, keystoneRoot, need } from './authentication.ts';
import { imageEndpoint, imageEndpoints, imageRoot, type ImageEndpoint } from './catalog.ts';
import type { Cloud } from '../clouds/configuration.ts';
import { logIn, type LoginOutcome } from './login.ts';
import { LoginAnswers, type AskLogin } from './login-answers.ts';
import { listProjects, type Project } from './projects.ts';
import { readToken, type Token } from './token.ts';
import { withoutSecrets } from '../../http/addresses.ts';

export interface SessionOptions {
  readonly cloud: Cloud;
  readonly http: Http;
  readonly log: Log;
  /** Monotonic ms: the server's clock may differ from ours by days. */
  readonly now?: () => number;
  /** Wall clock, ms: unlike the monotonic one it continues while a laptop sleeps. */
  readonly wallClock?: () => number;
  /** Asks the user for what no file has; absent if nobody can be asked. */
  readonly askLogin?: AskLogin;
  /** Whether new logins are forbidden; an existing token stays in use. */
  readonly signedOut?: () => boolean;
}

/** Options of a request for a token. */
export interface TokenOptions {
  /** Minimum remaining lifetime in ms; 2 min if omitted. */
  readonly minimumLife?: number;
  readonly signal?: AbortSignal | undefined;
}

/** ms before its end at which a token is renewed; keystoneauth's value. */
const RENEW_BEFORE = 120_000;

/**
 * ms before a refused login is tried again: otherwise a request for ten images would lock the account with one wrong
 * password, and a look at ten regions would ask for it thirty times.
 */
const REFUSAL_HELD = 10_000;

/** How often the user is asked for the same answer in one login, because many wrong ones lock an account. */
const ANSWERS_AT_MOST = 3;

/** A token, with the time of its request by both clocks. */
interface Held extends Token {
  readonly asked: { readonly now: number; readonly wall: number };
}

/** A running login, and the number of its callers. */
interface Login {
  readonly held: Promise<Held>;
  waiting: number;
  /** While the login runs. */
  request: AbortController | undefined;
}

/** A session with one cloud. Its token is requested once for all callers, kept in memory, and renewed before it expires. */
export class Session {
  readonly #cloud: Cloud;
  readonly #http: Http;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  readonly #answers: LoginAnswers;
  readonly #signedOut: () => boolean;
  #token: Held | undefined;
  #login: Login | undefined;
  #refusal: { readonly failure: Failure; readonly at: number } | undefined;

  constructor(options: SessionOptions) {
    this.#cloud = options.cloud;
    this.#http = options.http;
    this.#log = options.log;
    this.#now = options.now ?? (() => performance.now());
    this.#wallClock = options.wallClock ?? (() => Date.now());
    this.#answers = new LoginAnswers(options.cloud, options.askLogin);
    this.#signedOut = options.signedOut ?? (() => false);
  }

  /** A token that is valid for at least `minimumLife` ms. Throws `login-refused`, `auth-incomplete`, `auth-ambiguous`, `keystone-unusable`. */
  async token(options: TokenOptions = {}): Promise<string> {
    return (await this.#valid(options)).id;
  }

  /** Whether the next token needs a password or passcode from the user. */
  get wantsAnswer(): boolean {
    return this.#token === undefined && this.#answers.wanted;
  }

  /** The projects that this login may list; none without Keystone. Throws as `token`, and `keystone-failed`. */
  async projects(signal?: AbortSignal): Promise<readonly Project[]> {
    if (fixedAuthorization(this.#cloud) !== undefined) return [];
    const root = keystoneRoot(need(this.#cloud, 'auth_url'));
    return listProjects(root, (request) => this.send(request), signal);
  }

  /** Forgets a token that a service refused, unless there is a newer one. */
  invalidate(token: string): void {
    if (this.#token?.id === token) this.#token = undefined;
  }

  /** The project of the token; none if the login has no project or needs no Keystone. */
  async project(signal?: AbortSignal): Promise<{ readonly id: string; readonly name?: string } | undefined> {
    if (fixedAuthorization(this.#cloud) !== undefined) return undefined;
    return (await this.#valid({ signal })).project;
  }

  /** Whether the token has no project: images created with it have no owner, and everybody sees them. */
  async ownerless(signal?: AbortSignal): Promise<boolean> {
    return fixedAuthorization(this.#cloud) === undefined && (await this.#valid({ signal })).project === undefined;
  }

  /** Names of the user's roles in this login; `undefined` if unknown. */
  async roles(signal?: AbortSignal): Promise<readonly string[] | undefined> {
    if (fixedAuthorization(this.#cloud) !== undefined) return undefined;
    return (await this.#valid({ signal })).roles;
  }

  /** What is known of the token in use; `undefined` where there is none. Requests nothing. */
  known(): { readonly hasProject: boolean; readonly roles?: readonly string[] } | undefined {
    if (this.#token === undefined) return undefined;
    const { project, roles } = this.#token;
    return { hasProject: project !== undefined, ...(roles === undefined ? {} : { roles }) };
  }

  /** Whether the login's access rules allow a request to an image service; `undefined` where it has none. */
  async accessCheck(
    endpoint: string,
    signal?: AbortSignal,
  ): Promise<((method: string, path: string) => boolean) | undefined> {
    if (fixedAuthorization(this.#cloud) !== undefined) return undefined;
    const { accessRules } = await this.#valid({ signal });
    const root = URL.parse(endpoint)?.pathname ?? '';
    const { type = 'image' } = this.#cloud.imageService ?? {};
    return accessRules && ((method, path) => isAllowed(accessRules, type, method, `${root}${path}`));
  }

  /** The image endpoints of the catalog, one for each region. */
  async imageEndpoints(signal?: AbortSignal): Promise<readonly ImageEndpoint[]> {
    const fixed = this.#fixedEndpoint();
    if (fixed !== undefined) return [{ region: this.#cloud.regions[0] ?? '', url: fixed }];
    return imageEndpoints((await this.#valid({ signal })).catalog, this.#cloud.interfaces);
  }

  /**
   * Root of the Image API v2 of a region. Throws `no-image-service`, and `endpoint-not-encrypted` if only the catalog says that a
   * token received over TLS should be sent without it.
   */
  async imageEndpoint(region: string, signal?: AbortSignal): Promise<string> {
    const fixed = this.#fixedEndpoint();
    if (fixed !== undefined) return fixed;
    const { interfaces, imageRegion = region } = this.#cloud;
    const { url } = imageEndpoint((await this.#valid({ signal })).catalog, interfaces, imageRegion);
    if (url.startsWith('http:') && (this.#cloud.auth.auth_url ?? '').toLowerCase().startsWith('https:')) {
      throw notEncrypted(this.#cloud, region, url);
    }
    return url;
  }

  /** The headers that authorize a request, for a body that can't be sent again; see `refused`. */
  async authorization(options: TokenOptions = {}): Promise<Readonly<Record<string, string>>> {
    return fixedAuthorization(this.#cloud) ?? { 'x-auth-token': await this.token(options) };
  }

  /** Call when a service answered 401 to headers of `authorization`, to get a new token next time. */
  refused(authorization: Readonly<Record<string, string>>): void {
    const { 'x-auth-token': token } = authorization;
    if (token !== undefined) this.invalidate(token);
  }

  /** Sends a request with the token; after a 401 once more with a new token. Throws `token-refused` after a second 401. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { signal } = request;
    const authorization = await this.authorization({ signal });
    const answer = await this.#http.request(withHeaders(request, authorization));
    if (answer.status !== 401) return answer;
    if (fixedAuthorization(this.#cloud) !== undefined) throw refusedFixed(answer, this.#cloud);
    this.refused(authorization);
    const again = await this.#http.request(withHeaders(request, await this.authorization({ signal })));
    if (again.status === 401) throw refusedFresh(again, this.#afterRefusal(request));
    return again;
  }

  /** A service answers 401 to what access rules do not allow, too. */
  #afterRefusal({ method, url }: HttpRequest): FailureDetails {
    if (this.#token?.accessRules === undefined) return {};
    const { pathname } = new URL(url);
    return {
      next: `The application credential has access rules. Make sure that one of them allows ${method} ${pathname}.`,
    };
  }

  async #valid({ minimumLife = RENEW_BEFORE, signal }: TokenOptions): Promise<Held> {
    const held = this.#token;
    // Don't ask for a passcode early: services check a token only at the start of a request.
    const wanted = this.#answers.passcodeWanted ? Math.min(minimumLife, RENEW_BEFORE) : minimumLife;
    // A token with a shorter lifetime is used for half of it, instead of being requested every time.
    if (held !== undefined && held.life - this.#age(held) > Math.min(wanted, held.life / 2)) return held;
    if (this.#refusal !== undefined && this.#now() - this.#refusal.at < REFUSAL_HELD) throw this.#refusal.failure;
    signal?.throwIfAborted();
    if (this.#signedOut()) throw signedOutOf(this.#cloud);
    const login = (this.#login ??= this.#begin());
    login.waiting += 1;
    try {
      return await withAbort(login.held, signal);
    } finally {
      login.waiting -= 1;
      // A caller's cancellation does not affect others: the login is aborted only if nobody waits any more.
      if (login.waiting === 0 && login.request !== undefined) this.#giveUp(login.request);
    }
  }

  #age({ asked }: Held): number {
    return Math.max(this.#now() - asked.now, this.#wallClock() - asked.wall);
  }

  #begin(): Login {
    const login: Login = {
      held: Promise.resolve()
        .then(() => this.#ask(login))
        .finally(() => {
          if (this.#login === login) this.#login = undefined;
        }),
      waiting: 0,
      request: undefined,
    };
    return login;
  }

  #giveUp(request: AbortController): void {
    this.#login = undefined;
    request.abort();
  }

  async #ask(login: Login): Promise<Held> {
    for (let tried = 1; ; tried += 1) {
      const outcome = await this.#try(login);
      if (outcome.kind === 'issued') return outcome.held;
      const canAskAgain = this.#answers.refuse();
      if (canAskAgain && tried < ANSWERS_AT_MOST) continue;
      this.#refusal = { failure: outcome.failure, at: this.#now() };
      throw outcome.failure;
    }
  }

  async #try(login: Login): Promise<Exclude<LoginOutcome, { kind: 'issued' }> | { kind: 'issued'; held: Held }> {
    const cloud = this.#cloud;
    let times = { now: 0, wall: 0 };
    const outcome = await logIn({
      cloud,
      answers: this.#answers,
      send: (request) => {
        // Of several requests, the last one returned the token.
        times = { now: this.#now(), wall: this.#wallClock() };
        return this.#send(request, login);
      },
    });
    if (outcome.kind === 'refused') return outcome;
    const held = { ...readToken(outcome.answer, cloud), asked: times };
    this.#answers.accept();
    this.#token = held;
    this.#log.info(`Logged in to the cloud "${cloud.name}".`);
    return { kind: 'issued', held };
  }

  async #send(request: HttpRequest, login: Login): Promise<HttpAnswer> {
    login.request = new AbortController();
    try {
      return await this.#http.request({ ...request, signal: login.request.signal });
    } finally {
      login.request = undefined;
    }
  }

  #fixedEndpoint(): string | undefined {
    const { imageEndpoint: override } = this.#cloud;
    if (override !== undefined) return imageRoot(override);
    // Without Keystone there is no catalog: `endpoint` is for every service.
    return fixedAuthorization(this.#cloud) === undefined ? undefined : imageRoot(need(this.#cloud, 'endpoint'));
  }
}

function signedOutOf({ name }: Cloud): Failure {
  return new Failure('signed-out', `You are signed out of the cloud "${name}".`, { next: 'Sign in to it.' });
}

function notEncrypted({ name, origin }: Cloud, region: string, url: string): Failure {
  const address = withoutSecrets(url);
  const text = `The catalog of the cloud "${name}" has the image endpoint ${address}, which is not encrypted, although "auth_url" is. Nothing was sent there, because others could read the token.`;
  const where = origin === 'environment' ? 'an entry of clouds.yaml' : `the entry "${name}" of ${origin}`;
  return new Failure('endpoint-not-encrypted', text, {
    ...(region === '' ? {} : { region }),
    next: `Ask the operator for an https endpoint. If the network is safe, set "image_endpoint_override: ${address}" in ${where}.`,
  });
}

/** A 401 to a new token: the login is fine, but the service can't validate it. */
export function refusedFresh(answer: HttpAnswer, details: FailureDetails = {}): Failure {
  return failureOf(answer, 'token-refused', 'The service refused a token that Keystone had just issued', {
    next: 'Its connection to Keystone may be down, or it uses another Keystone. Try again later.',
    ...details,
  });
}

function refusedFixed(answer: HttpAnswer, cloud: Cloud): Failure {
  return failureOf(answer, 'login-refused', `The image service refused the ${cloud.authType} login`, {
    next: `Check "auth" of the cloud "${cloud.name}" in ${cloud.origin}.`,
  });
}

function withHeaders(request: HttpRequest, authorization: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, headers: { ...request.headers, ...authorization } };
}
