import type { ErrorCode } from '../error-codes.ts';
import type { Failure } from '../failure.ts';
import { errorText, failureOf, field, parseJson } from '../http/answers.ts';
import { withoutSecrets } from '../http/addresses.ts';
import type { HttpAnswer } from '../http/http.ts';
import { afterForbidden, afterTooLarge, type KnownLogin } from './refusals.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly next?: string;
}

const WRONG_ADDRESS: Meaning = {
  code: 'glance-wrong-address',
  next: 'That endpoint has no Image API v2. Set "image_endpoint_override" in clouds.yaml.',
};

const PROJECT_REQUIRED: Meaning = {
  code: 'project-required',
  next: 'This login has no project, but this Glance requires one, even for administrators. Add "project_name" or "project_id" to the cloud.',
};

/** The meaning of the Image API's statuses (https://docs.openstack.org/api-ref/image/v2/). */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  // Glance answers a list of versions to any path outside of its API.
  300: WRONG_ADDRESS,
  400: { code: 'invalid-request' },
  401: { code: 'token-refused', next: 'Try again: the next request logs in again.' },
  404: { code: 'image-not-found', next: 'It may have been deleted. Refresh.' },
  409: { code: 'conflict', next: 'Somebody else may be changing the image. Plan again.' },
  410: { code: 'image-gone', next: 'The image was deleted meanwhile. Apply again.' },
  415: {
    code: 'format-refused',
    next: 'The data is not what "disk_format" says, or the cloud considers it unsafe.',
  },
  503: { code: 'service-unavailable', next: 'Try again later.' },
};

/** Where an answer came from. */
export interface Asked {
  readonly region: string;
  readonly requestId: string;
  /** Explains a 403, where it is known. */
  readonly login?: KnownLogin;
}

/** An error answer of Glance as a `Failure` with its message, region and request id. */
export function glanceFailure(answer: HttpAnswer, what: string, { region, requestId, login }: Asked): Failure {
  const { code, next } = meaningOf(answer, login);
  return failureOf(answer, code, what, { region, requestId, ...(next === undefined ? {} : { next }) });
}

function meaningOf(answer: HttpAnswer, login: KnownLogin): Meaning {
  const { status } = answer;
  const said = errorText(answer);
  // Any web server answers 404, but only Glance in its own format. A wrong address does not mean that an image is gone.
  if (status === 404 && field(parseJson(answer.body), 'message') === undefined) return WRONG_ADDRESS;
  if (status === 403 && /protected and cannot be deleted/i.test(said)) {
    return { code: 'image-protected', next: 'Set "protected": false in its definition and apply first.' };
  }
  if (login?.hasProject === false && hidesEverything(status, said)) return PROJECT_REQUIRED;
  if (status === 403) return { code: 'forbidden', next: afterForbidden(said, login) };
  if (status === 413) return { code: 'quota-exceeded', next: afterTooLarge(said, /<html/i.test(answer.body)) };
  if (status >= 500 && status !== 503)
    return {
      code: 'server-error',
      next: 'Try again. If it fails again, give the operator of the cloud the request id.',
    };
  if (status > 300 && status < 400) return redirected(answer);
  if (status < 300) return { code: 'glance-unusable', next: 'Plan again to see the state of the image.' };
  return MEANINGS[status] ?? { code: `http-${status}` };
}

/** Whether an answer is what Glance 26 and later gives a login without a project. Of an image that is not there it names the id. */
function hidesEverything(status: number, said: string): boolean {
  return status === 403 || (status === 404 && said === 'The resource could not be found.');
}

function redirected({ headers: { location } }: HttpAnswer): Meaning {
  const next = 'Correct the endpoint. A token is never sent to another address.';
  if (location === undefined) return { code: 'redirected', next };
  const to = URL.canParse(location) ? withoutSecrets(location) : (location.split(/[?#]/, 1)[0] ?? '');
  return { code: 'redirected', next: `It redirects to ${to}. ${next}` };
}
