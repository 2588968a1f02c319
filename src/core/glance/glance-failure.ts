import type { Failure } from '../failure.ts';
import { errorText, failureOf } from '../http/answers.ts';
import type { HttpAnswer } from '../http/http.ts';

interface Meaning {
  readonly code: string;
  readonly next?: string;
}

const MEANINGS: Readonly<Record<number, Meaning>> = {
  300: {
    code: 'glance-wrong-address',
    next: 'The endpoint in the catalog is no Image API v2; set "image_endpoint_override" in clouds.yaml.',
  },
  400: { code: 'invalid-request' },
  401: { code: 'token-refused', next: 'Log in again.' },
  403: { code: 'forbidden', next: 'Ask the operator of the cloud for the right, or leave that argument out.' },
  404: { code: 'image-not-found', next: 'It may have been deleted; refresh.' },
  409: { code: 'conflict', next: 'Somebody else may be at work on the image; plan again.' },
  410: { code: 'image-gone', next: 'The image was deleted meanwhile; apply again.' },
  413: { code: 'quota-exceeded', next: 'Free some of the quota, or ask the operator of the cloud for more.' },
  415: {
    code: 'format-refused',
    next: 'The bytes are not what "disk_format" says, or the cloud holds them for unsafe.',
  },
  503: { code: 'service-unavailable', next: 'Try again later.' },
};

/** An answer of Glance that is no success, as a `Failure` with its words, region and request id. */
export function glanceFailure(answer: HttpAnswer, what: string, region: string, requestId: string): Failure {
  const { code, next } = meaningOf(answer);
  return failureOf(answer, code, what, { region, requestId, ...(next === undefined ? {} : { next }) });
}

function meaningOf(answer: HttpAnswer): Meaning {
  if (answer.status === 403 && /protected and cannot be deleted/i.test(errorText(answer))) {
    return { code: 'image-protected', next: 'Set "protected": false in its definition and apply first.' };
  }
  if (answer.status >= 500 && answer.status !== 503)
    return { code: 'server-error', next: 'Try again; tell the operator of the cloud the request id.' };
  if (answer.status >= 301 && answer.status < 400)
    return { code: 'redirected', next: 'A token is never sent to another address; correct the endpoint.' };
  return MEANINGS[answer.status] ?? { code: `http-${answer.status}` };
}
