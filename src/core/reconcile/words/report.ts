import { definitionKey } from '../../definition/definition.ts';
import type { Failure } from '../../failure.ts';
import type { Problem } from '../../problem.ts';
import { leftReport } from '../model/left.ts';
import type { RollbackResult } from '../planning/plan-rollback.ts';
import { takenOver } from '../planning/successor.ts';
import type { UnclaimedImage } from '../ownership/unclaimed.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyError, ApplyResult } from '../model/result.ts';

/** Version of every document; it changes when a reader of the old ones would be misled. */
export const FORMAT_VERSION = 1;

/** The document of `plan --json`. `unclaimed` is null where nobody looked for such images. */
export function planReport(plans: readonly Plan[], unclaimed?: readonly UnclaimedImage[]): object {
  return {
    format_version: FORMAT_VERSION,
    plans: plans.map((plan) => ({
      ...subject(plan),
      action: plan.action,
      image_id: plan.imageId ?? null,
      bytes: plan.bytes,
      changes: plan.changes.map(({ path, before, after, forcesReplacement }) => ({
        path,
        before: before ?? null,
        after: after ?? null,
        forces_replacement: forcesReplacement,
      })),
      unmanaged: plan.unmanaged,
      taken_over: takenOver(plan),
      problems: plan.problems.map(problemReport),
    })),
    unclaimed: unclaimed?.map(unclaimedReport) ?? null,
  };
}

function unclaimedReport({ place, image, key }: UnclaimedImage): object {
  return { cloud: place.cloud, region: place.region, image_id: image.id, name: image.name, key };
}

/** The document of `apply --json`. */
export function applyReport(results: readonly ApplyResult[]): object {
  return {
    format_version: FORMAT_VERSION,
    results: results.map((result) => ({
      ...subject(result.plan),
      action: result.plan.action,
      image_id: result.imageId ?? null,
      replaced_image_id: result.replacedImageId ?? null,
      status: result.status,
      verified: result.verified,
      bytes_sent: result.bytesSent,
      request_id: result.requestId ?? null,
      error: result.error === undefined ? null : errorReport(result.error),
      left: result.left === undefined ? null : leftReport(result.left),
      warnings: (result.warnings ?? []).map(errorReport),
    })),
  };
}

/** One entry of the document of `rollback --json`. */
export function rollbackReport({ rollback, status, requestId, error, left }: RollbackResult): object {
  return {
    ...subject(rollback),
    image_id: rollback.previous?.id ?? null,
    replaced_image_id: rollback.current?.id ?? null,
    status,
    request_id: requestId ?? null,
    error: error === undefined ? null : errorReport(error),
    left: left === undefined ? null : leftReport(left),
  };
}

/** An error as documents carry it. */
export function errorReport({ code, message, next, status, requestId }: ApplyError | Failure): object {
  return { code, message, next: next ?? null, status: status ?? null, request_id: requestId ?? null };
}

/** A problem as documents carry it. */
export function problemReport({ severity, code, message, line, column }: Problem): object {
  return { severity, code, message, line: line ?? null, column: column ?? null };
}

function subject(plan: Pick<Plan, 'definition' | 'place'>): object {
  return {
    file: plan.definition.file,
    key: definitionKey(plan.definition),
    name: plan.definition.arguments.name,
    cloud: plan.place.cloud,
    region: plan.place.region,
  };
}
