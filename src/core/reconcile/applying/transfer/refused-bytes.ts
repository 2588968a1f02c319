import { Failure } from '../../../failure.ts';
import type { Plan } from '../../model/plan.ts';
import { problemsOfBytes } from '../../planning/problems/flaw-problems.ts';
import { describeContent } from '../../planning/problems/content-words.ts';

/**
 * A refusal of the bytes with what their inspection found: Glance 30 to 32 gives no reason for a 415. Any other reason is returned
 * as it is.
 */
export function withFindings(reason: unknown, plan: Plan): unknown {
  if (!Failure.is(reason, 'format-refused')) return reason;
  const { code, message, status, requestId, region, cause } = reason;
  return new Failure(code, message, {
    next: findingsOf(plan) ?? reason.next ?? '',
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(region === undefined ? {} : { region }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What this machine knows of the bytes of a plan; `undefined` if nothing was inspected. */
function findingsOf(plan: Plan): string | undefined {
  const found = problemsOfBytes(plan).map((problem) => problem.message);
  if (found.length > 0) return found.join(' ');
  const { inspection } = plan.source ?? plan.remote ?? {};
  if (inspection === undefined) return undefined;
  const { disk_format: declared } = plan.definition.arguments;
  return `By its content, the source is ${describeContent(inspection)}, and "disk_format" says "${declared}". If that is right, the cloud considers the data unsafe: ask its operator, with the request id.`;
}
