import type { ErrorCode } from '../../core/error-codes.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { hostOf } from '../../core/http/addresses.ts';

interface Fault {
  readonly code: ErrorCode;
  readonly text: (host: string) => string;
  readonly next?: string;
}

const REFUSED: Fault = {
  code: 'connection-refused',
  text: (host) => `${host} refuses connections.`,
  next: 'Check the address, and that the service is running.',
};
const NOT_FOUND: Fault = {
  code: 'host-not-found',
  text: (host) => `The name of ${host} can't be resolved.`,
  next: 'Check the address and your network.',
};
const TIMEOUT: Fault = {
  code: 'timeout',
  text: (host) => `${host} did not answer in time.`,
  next: 'Check your network, then try again.',
};
const LOST: Fault = { code: 'connection-lost', text: (host) => `The connection to ${host} broke.`, next: 'Try again.' };
const UNREACHABLE: Fault = { ...REFUSED, text: (host) => `${host} is unreachable.` };

/** Where the proxy is configured: in VS Code, and in any other program. */
const PROXY_SETTINGS =
  'It is set by http.proxy and http.noProxy in VS Code, else by HTTP_PROXY, HTTPS_PROXY and NO_PROXY.';
/** The error of VS Code's proxy agent if it can't reach a proxy: `PROXY host:port`, with the login in one version. */
const PROXY_OF_VSCODE = /^Failed to establish a socket connection to proxies: \w+ (?:\S*@)?([^\s;]+)/;

const FAULTS: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: REFUSED,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: NOT_FOUND,
  EAI_AGAIN: NOT_FOUND,
  ETIMEDOUT: TIMEOUT,
  ESOCKETTIMEDOUT: TIMEOUT,
  ERR_INVALID_URL: {
    code: 'address-invalid',
    text: () => 'The address of a service is not an http or https URL.',
    next: 'Check "auth_url" and the endpoints of the cloud.',
  },
  ERR_PROXY_TUNNEL: {
    code: 'proxy',
    text: (host) => `The proxy did not open a connection to ${host}.`,
    next: `Check what the proxy allows. ${PROXY_SETTINGS}`,
  },
  ERR_INVALID_CHAR: {
    code: 'header-invalid',
    text: (host) => `A value for ${host} contains a line break or another character that a header can't hold.`,
    next: 'Check "token" and the other values of the cloud in clouds.yaml.',
  },
};

/** Errors before there is a connection: with a proxy on the way, the proxy is what can't be reached. */
const CONNECTING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Certificates that are not trusted: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|CRL|PATH_LENGTH/;
/** Our PEM files: unreadable for OpenSSL, or a key that does not match its certificate. */
const OUR_CERTIFICATE = /^ERR_OSSL_(PEM|X509|ASN1|UNSUPPORTED)/;
/** Other errors of a TLS handshake, e.g. a server that speaks plain HTTP. */
const HANDSHAKE = /^(EPROTO|ERR_SSL_|ERR_TLS_|ERR_OSSL_)/;

/** What was asked for, and which way. */
export interface Asked {
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
  /** `host:port` of the proxy of the environment on the way there; `undefined` for none, and for one that only VS Code knows. */
  readonly proxy?: string | undefined;
}

/** A connection error as a `Failure` that names host and port, of a proxy on the way too, never userinfo, query or headers. */
export function connectionFailure(error: unknown, { url, signal, proxy }: Asked): Failure {
  const known = failureIn(error);
  if (known !== undefined) return known;
  const host = hostOf(url);
  if (signal?.aborted === true) return abortFailure(signal.reason, host);
  const code = codeOf(error);
  if (CERTIFICATE.test(code) || OUR_CERTIFICATE.test(code) || HANDSHAKE.test(code))
    return throughProxy(tlsFailure(error, code, host), proxy);
  if (!Object.hasOwn(FAULTS, code) && isFaultOfOurs(error)) return faultOfOurs(error, host);
  const unreached = unreachedProxy(error, url) ?? (CONNECTING.has(code) ? proxy : undefined);
  const fault = FAULTS[code] ?? (unreached === undefined ? LOST : UNREACHABLE);
  if (unreached === undefined) return throughProxy(faultFailure(fault, host, error), proxy);
  return new Failure('proxy', `The connection to ${host} goes through a proxy. ${fault.text(unreached)}`, {
    next: PROXY_SETTINGS,
    cause: causeOf(error),
  });
}

/** The failure, which may be the proxy's as well as the server's: so it names both. */
function throughProxy(failure: Failure, proxy: string | undefined): Failure {
  if (proxy === undefined) return failure;
  const { code, message, next = '', cause } = failure;
  return new Failure(code, `${message.replace(/\.?$/, '.')} The connection goes through the proxy ${proxy}.`, {
    next: `${next} ${PROXY_SETTINGS}`.trimStart(),
    cause,
  });
}

/** The failure for an answer of a proxy instead of the server: a 407, or an answer without encryption to an HTTPS request. */
export function proxyRefusal({ url, proxy }: Asked, status: number, socket: object): Failure | undefined {
  const named = proxy === undefined ? 'The proxy' : `The proxy ${proxy}`;
  if (status === 407) {
    return new Failure('proxy', `${named} requires a login for ${hostOf(url)}.`, {
      status,
      next: `Add user and password to the address of the proxy. ${PROXY_SETTINGS}`,
    });
  }
  if (!url.startsWith('https:') || 'encrypted' in socket) return undefined;
  return new Failure('proxy', `${named} did not open a connection to ${hostOf(url)}: it answered ${status}.`, {
    status,
    next: `Check what the proxy allows. ${PROXY_SETTINGS}`,
  });
}

/** A `Failure` that our own code threw inside the request, e.g. in its DNS lookup. */
function failureIn(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  return error instanceof Error && error.cause instanceof Error ? failureIn(error.cause) : undefined;
}

function faultFailure(fault: Fault, host: string, cause: unknown): Failure {
  return new Failure(fault.code, fault.text(host), {
    cause: causeOf(cause),
    ...(fault.next === undefined ? {} : { next: fault.next }),
  });
}

function abortFailure(reason: unknown, host: string): Failure {
  if (reason instanceof Failure) return reason;
  // AbortSignal.timeout(), no cancellation.
  if (reason instanceof Error && reason.name === 'TimeoutError') return faultFailure(TIMEOUT, host, reason);
  return new Failure('cancelled', 'Cancelled.', { cause: reason });
}

function tlsFailure(error: unknown, code: string, host: string): Failure {
  const why = error instanceof Error ? error.message : code;
  if (OUR_CERTIFICATE.test(code)) {
    const text = `The certificates configured for ${host} can't be used: ${why}`;
    return new Failure('tls', text, {
      next: 'Check "cacert", "cert" and "key" in clouds.yaml.',
      cause: causeOf(error),
    });
  }
  if (CERTIFICATE.test(code)) {
    return new Failure('tls', `The certificate of ${host} is not trusted: ${why}`, {
      next: 'Add its certificate authority as "cacert" in clouds.yaml.',
      cause: causeOf(error),
    });
  }
  return new Failure('tls', `The TLS connection to ${host} failed: ${why}`, {
    next: 'Check whether the address should begin with http or https.',
    cause: causeOf(error),
  });
}

/** The code of Node's error, which got wraps and some errors carry only in `cause`. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const generic = own === '' || own === 'ERR_GOT_REQUEST_ERROR' || own === 'ERR_READING_RESPONSE_STREAM';
  return generic && error.cause instanceof Error ? codeOf(error.cause) : own;
}

/** Node's own error, unwrapped from got's. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause instanceof Error ? innermost(error.cause) : error;
}

/** Whether the error is a bug, of ours or of a library, and not about the network. */
function isFaultOfOurs(error: unknown): boolean {
  const inner = innermost(error);
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => inner instanceof kind);
}

function faultOfOurs(error: unknown, host: string): Failure {
  const cause = causeOf(error);
  return new Failure('unexpected', `A request to ${host} failed within Glance Images: ${cause.message}`, {
    next: 'This is a bug in Glance Images. Please report it.',
    cause,
  });
}

/** Only Node's message: got's errors hold the whole request, with token, password and keys. */
function causeOf(error: unknown): Error {
  const inner = innermost(error);
  const said = messageOf(inner);
  return new Error(said.replace(/\/\/[^/\s@]*@/g, '//').replace(/(?<=\bproxies: \w+ )\S*@/, '') || codeOf(inner));
}

/** The proxy that could not be reached; `undefined` if the host itself was not. */
function unreachedProxy(error: unknown, url: string): string | undefined {
  const asked = URL.parse(url);
  const inner = innermost(error);
  if (asked === null || !(inner instanceof Error)) return undefined;
  const [, unreached] = PROXY_OF_VSCODE.exec(inner.message) ?? [];
  if (unreached !== undefined) return unreached;
  if ('port' in inner && 'address' in inner && typeof inner.address === 'string') {
    const port = asked.port || (asked.protocol === 'https:' ? '443' : '80');
    return String(inner.port) === port ? undefined : `${inner.address}:${String(inner.port)}`;
  }
  if (!('hostname' in inner) || typeof inner.hostname !== 'string') return undefined;
  return inner.hostname === asked.hostname ? undefined : inner.hostname;
}
