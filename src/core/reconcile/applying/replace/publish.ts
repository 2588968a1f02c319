import { definitionKey } from '../../../definition/definition.ts';
import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { PatchOperation } from '../../../glance/service.ts';
import type { Digests } from '../../../source/ports.ts';
import { compare } from '../../planning/compare.ts';
import { readMarks, type Marks, type SentMark, type StateMark, type StoredMark } from '../../ownership/marks.ts';
import { argumentsOf, onReplaceOf } from '../../planning/successor.ts';
import type { Change, Plan } from '../../model/plan.ts';
import type { ApplyRegion, PlanWork } from '../context.ts';
import { isStagedBy } from '../discard.ts';
import { changeOperations } from '../operations.ts';
import { patchMarked, type MarkedPatch } from '../patch.ts';
import { desiredImage, ownedBy } from '../../../definition/attributes.ts';

/**
 * What the image remembers of its verified bytes. If Glance fetched them itself or had them before, this is only what
 * is known.
 */
export function sentMark(plan: Plan, size: number | undefined, digests: Digests): SentMark | undefined {
  const { md5, sha512 } = digests;
  const whole = size !== undefined && sha512 !== undefined;
  if (!whole && plan.bytes !== 'same' && plan.remote?.kind !== 'cloud') return undefined;
  const { disk_format: diskFormat, container_format: containerFormat } = plan.definition.arguments;
  const { url, etag, checksum, decompressed } = (plan.source ?? plan.remote)?.origin ?? { decompressed: false };
  return {
    ...(size === undefined ? {} : { size }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(sha512 === undefined ? {} : { sha512 }),
    disk_format: diskFormat,
    container_format: containerFormat,
    ...(url === undefined ? {} : { url }),
    ...(etag === undefined ? {} : { etag }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(decompressed ? { decompressed } : {}),
  };
}

/** What Glance reported once the image was active. */
export function storedMark(live: LiveImage): StoredMark {
  const { size, checksum, os_hash_algo: algorithm, os_hash_value: value } = live;
  return {
    size,
    checksum,
    os_hash_algo: algorithm,
    os_hash_value: value,
    disk_format: live.disk_format,
    container_format: live.container_format,
  };
}

/** What a published image remembers of its bytes. */
export interface Proven {
  readonly sent: SentMark | undefined;
  /** Whether they are proven to be the bytes of the source. */
  readonly verified: boolean;
}

/**
 * Publishes a verified image with one PATCH: visibility in lists, protection and marks. Until its predecessor is
 * retired the marks name it, so that an interruption never leaves two images for one definition. Throws
 * `changed-meanwhile` for an image that another apply has taken over by now.
 */
export async function publish(work: PlanWork, live: LiveImage, { sent, verified }: Proven): Promise<MarkedPatch> {
  const { plan, region, state, context } = work;
  // Without marks nobody can tell whose image it is.
  if (readMarks(live) !== undefined && !isStagedBy(live, state.run)) throw takenOver(live.id, region);
  const desired = desiredImage(argumentsOf(plan));
  const predecessor = plan.action === 'replace' ? plan.live?.id : undefined;
  const final: Marks = {
    key: definitionKey(plan.definition),
    owns: ownedBy(plan.definition.arguments),
    ...(sent === undefined ? {} : { sent, stored: storedMark(live) }),
    ...(predecessor === undefined ? {} : { state: retiring(plan, predecessor, verified, state) }),
  };
  const operations = [
    ...changeOperations(lostMeanwhile(plan, live)),
    ...(live.os_hidden === desired.os_hidden ? [] : [replace('os_hidden', desired.os_hidden)]),
    ...(live.protected === desired.protected ? [] : [replace('protected', desired.protected)]),
  ];
  try {
    return await patchMarked(work, live, operations, final);
  } catch (error) {
    if (!Failure.is(error, 'conflict')) throw error;
    // Glance refuses to remove a lease twice: another apply may have taken the image over.
    const now = await region.images.find(live.id, context.signal);
    if (now !== undefined && isStagedBy(now, state.run)) return patchMarked(work, now, operations, final);
    throw takenOver(live.id, region);
  }
}

function retiring(plan: Plan, replaces: string, verified: boolean, { run, started }: StateMark): StateMark {
  return { run, started, phase: 'retiring', replaces, on_replace: onReplaceOf(plan.definition), verified };
}

/** The failure where another apply has taken over the staged image. */
export function takenOver(id: string, { images }: ApplyRegion): Failure {
  return new Failure('changed-meanwhile', `Another apply has taken over the image ${id}.`, {
    region: images.region,
    next: 'Plan again.',
  });
}

/** Changes to send once more: Glance drops changes that are made while it takes the data. */
function lostMeanwhile(plan: Plan, live: LiveImage): readonly Change[] {
  return compare(argumentsOf(plan), live, readMarks(live)).filter(
    ({ path, forcesReplacement }) => !forcesReplacement && path !== 'protected' && path !== 'hidden',
  );
}

function replace(path: string, value: unknown): PatchOperation {
  return { op: 'replace', path, value };
}
