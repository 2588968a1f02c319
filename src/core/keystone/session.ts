import { withAbort } from '../abort.ts';
import { Failure } from '../failure.ts';
import { failureOf, field, parseJson } from '../http/answers.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/http.ts';
import type { Log } from '../log.ts';
import { tokenRequest, tokensUrl } from './authentication.ts';
import { imageEndpoint, imageEndpoints, imageRoot, readCatalog, type ImageEndpoint } from './catalog.ts';
import type { Cloud } from './configuration.ts';

export interface SessionOptions {
  readonly cloud: Cloud;
  readonly http: Http;
  readonly log: Log;
  /** Monotonic ms: the server's clock may differ from ours by days. */
  readonly now?: () => number;
  readonly askPassword?: () => Promise<string | undefined>;
}

/** ms before its end at which a token is renewed; keystoneauth's value. */
const RENEW_BEFORE = 120_000;

interface Token {
  readonly id: string;
  /** By our monotonic clock, ms. */
  readonly expires: number;
  readonly project: { readonly id: string; readonly name?: string } | undefined;
  readonly catalog: ReturnType<typeof readCatalog>;
}

/** A login to one cloud. Its token is asked for once for all callers, kept in memory, and renewed before it expires. */
export class Session {
  readonly #cloud: Cloud;
  readonly #http: Http;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #askPassword: (() => Promise<string | undefined>) | undefined;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;
  #password: string | undefined;

  constructor(options: SessionOptions) {
    this.#cloud = options.cloud;
    this.#http = options.http;
    this.#log = options.log;
    this.#now = options.now ?? (() => performance.now());
    this.#askPassword = options.askPassword;
  }

  /** A token that lives for at least `minimumLife` ms. Throws `login-refused`, `auth-incomplete`, `keystone-unusable`. */
  async token(options: { readonly minimumLife?: number; readonly signal?: AbortSignal } = {}): Promise<string> {
    return (await this.#valid(options.minimumLife ?? RENEW_BEFORE, options.signal)).id;
  }

  /** Forgets a token that a service refused, unless a newer one is there already. */
  invalidate(token: string): void {
    if (this.#token?.id === token) this.#token = undefined;
  }

  /** The project that the token is scoped to. */
  async project(signal?: AbortSignal): Promise<{ readonly id: string; readonly name?: string } | undefined> {
    return (await this.#valid(RENEW_BEFORE, signal)).project;
  }

  /** The image endpoints of the catalog, one for each region. */
  async imageEndpoints(signal?: AbortSignal): Promise<readonly ImageEndpoint[]> {
    const { imageEndpoint: override } = this.#cloud;
    if (override !== undefined) return [{ region: this.#cloud.regions[0] ?? '', url: imageRoot(override) }];
    return imageEndpoints((await this.#valid(RENEW_BEFORE, signal)).catalog, this.#cloud.interface);
  }

  /** Root of the Image API v2 of a region. Throws `no-image-service`. */
  async imageEndpoint(region: string, signal?: AbortSignal): Promise<string> {
    const { imageEndpoint: override } = this.#cloud;
    if (override !== undefined) return imageRoot(override);
    return imageEndpoint((await this.#valid(RENEW_BEFORE, signal)).catalog, this.#cloud.interface, region).url;
  }

  /** Sends a request with the token; after one 401 with a new token, once more. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const signal = request.signal === undefined ? {} : { signal: request.signal };
    const token = await this.token(signal);
    const answer = await this.#http.request(withToken(request, token));
    if (answer.status !== 401) return answer;
    this.invalidate(token);
    const fresh = await this.token(signal);
    const again = await this.#http.request(withToken(request, fresh));
    if (again.status === 401) throw refusedFresh(again);
    return again;
  }

  async #valid(minimumLife: number, signal: AbortSignal | undefined): Promise<Token> {
    const token = this.#token;
    if (token !== undefined && token.expires - this.#now() > minimumLife) return token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    // One caller's cancellation is not everybody's: the login goes on for the others.
    return withAbort(this.#asking, signal);
  }

  async #ask(): Promise<Token> {
    const authUrl = this.#cloud.auth.auth_url;
    if (authUrl === undefined) {
      throw new Failure('auth-incomplete', `The cloud "${this.#cloud.name}" has no "auth_url".`, {
        next: `Add it in ${this.#cloud.origin}.`,
      });
    }
    const url = tokensUrl(authUrl);
    const password = await this.#missingPassword();
    const body = JSON.stringify(tokenRequest(this.#cloud, password));
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await this.#http.request({ method: 'POST', url, headers, body });
    if (answer.status !== 201) throw this.#refused(answer, authUrl);
    const token = this.#read(answer, authUrl);
    this.#token = token;
    this.#password = password;
    this.#log.info(`Logged in to ${this.#cloud.name} at ${authUrl}`);
    return token;
  }

  async #missingPassword(): Promise<string | undefined> {
    if (!this.#cloud.authType.endsWith('password') || this.#cloud.auth.password !== undefined) return undefined;
    return this.#password ?? (await this.#askPassword?.());
  }

  #refused(answer: HttpAnswer, authUrl: string): Failure {
    const { name, auth } = this.#cloud;
    if (answer.status === 401) {
      this.#password = undefined;
      const who =
        auth.username ??
        auth.user_id ??
        auth.application_credential_id ??
        auth.application_credential_name ??
        'the user';
      return failureOf(
        answer,
        'login-refused',
        `Keystone at ${authUrl} refused the login of ${who} to the cloud "${name}"`,
        {
          next: `Check user, password, project and their domains in ${this.#cloud.origin}; Keystone does not say which is wrong.`,
        },
      );
    }
    const next = { next: `Check "auth_url" of the cloud "${name}".` };
    return failureOf(answer, 'keystone-unusable', `${authUrl} answered ${answer.status} to a login`, next);
  }

  #read(answer: HttpAnswer, authUrl: string): Token {
    const id = answer.headers['x-subject-token'];
    const token = field(parseJson(answer.body), 'token');
    if (id === undefined || token === undefined) {
      throw new Failure('keystone-unusable', `${authUrl} did not answer as Keystone does.`, {
        next: `Check "auth_url" of the cloud "${this.#cloud.name}".`,
      });
    }
    const life = Date.parse(String(field(token, 'expires_at'))) - Date.parse(String(field(token, 'issued_at')));
    const project = field(token, 'project');
    const projectId = field(project, 'id');
    const projectName = field(project, 'name');
    return {
      id,
      expires: this.#now() + (Number.isFinite(life) ? life : 300_000),
      project:
        typeof projectId === 'string'
          ? { id: projectId, ...(typeof projectName === 'string' ? { name: projectName } : {}) }
          : undefined,
      catalog: readCatalog(field(token, 'catalog')),
    };
  }
}

/** A 401 to a token that was just issued: the login is fine, the service can't check it. */
export function refusedFresh(answer: HttpAnswer): Failure {
  return failureOf(answer, 'token-refused', 'The service refused a token that Keystone had just issued', {
    next: 'Its own link to Keystone may be down, or it uses another Keystone. Try again later.',
  });
}

function withToken(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, 'x-auth-token': token } };
}
