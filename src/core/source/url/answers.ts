import { Failure } from '../../failure.ts';
import type { SourceAnswer } from './follow.ts';
import { cameThrough } from '../../http/answers.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** Statuses that may be temporary. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The failure for an answer without the bytes. */
export function originFailure(answer: SourceAnswer, url: string): Failure {
  const { status, headers } = answer;
  const where = withoutSecrets(url);
  const forwarded = cameThrough(answer);
  if (status === 404 || status === 410)
    return new Failure('source-not-found', `${where} was not found.${forwarded}`, {
      status,
      next: 'Correct "image_source_url".',
    });
  if (status === 401 || status === 403)
    return new Failure(
      'source-denied',
      `${where} can't be read with ${headers['www-authenticate'] === undefined ? 'what was sent' : 'these credentials'}.${forwarded}`,
      {
        status,
        next: 'Check "image_source_username" and "image_source_password".',
      },
    );
  return new Failure('source-failed', `${where} could not be fetched.${forwarded}`, {
    status,
    next: PASSING.has(status) ? 'Try again later.' : 'Correct "image_source_url".',
  });
}

/** Whether it is worth trying again. */
export function isPassing(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false;
  if (error.code === 'source-failed') return error.status !== undefined && PASSING.has(error.status);
  return error.code === 'connection-lost' || error.code === 'timeout' || error.code === 'connection-refused';
}
