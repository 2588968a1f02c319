import { Failure } from '../failure.ts';

interface Fault {
  readonly code: string;
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

const FAULTS: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: REFUSED,
  EHOSTUNREACH: { ...REFUSED, text: (host) => `There is no way to ${host}.` },
  ENETUNREACH: { ...REFUSED, text: (host) => `There is no way to ${host}.` },
  ENOTFOUND: NOT_FOUND,
  EAI_AGAIN: NOT_FOUND,
  ETIMEDOUT: TIMEOUT,
  ESOCKETTIMEDOUT: TIMEOUT,
};

/** Codes of Node's TLS errors: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const TLS = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|HOSTNAME|ALTNAME/;

/** An error of the connection itself as a `Failure` that names host and port, never userinfo, query or headers. */
export function connectionFailure(error: unknown, url: string): Failure {
  if (error instanceof Failure) return error;
  const host = URL.parse(url)?.host ?? 'the server';
  const code = codeOf(error);
  if (code === 'ABORT_ERR' || code === 'ERR_ABORTED' || (error instanceof Error && error.name === 'AbortError')) {
    return new Failure('cancelled', 'Cancelled.', { cause: error });
  }
  if (TLS.test(code)) {
    const why = error instanceof Error ? error.message : code;
    return new Failure('tls', `The certificate of ${host} can't be trusted: ${why}`, {
      next: 'Name its authority with "cacert" in clouds.yaml.',
      cause: error,
    });
  }
  const { code: failure, text, next } = FAULTS[code] ?? LOST;
  return new Failure(failure, text(host), { cause: error, ...(next === undefined ? {} : { next }) });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return own === '' || own === 'ERR_GOT_REQUEST_ERROR'
    ? error.cause instanceof Error
      ? codeOf(error.cause)
      : own
    : own;
}
