import { definitionKey } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { isSameAddress } from '../sources/bytes.ts';
import { readMarks, type Marks, type SentMark } from '../ownership/marks.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanWork } from './context.ts';
import { changeOperations } from './operations.ts';
import { patchMarked } from './patch.ts';
import { sentMark, storedMark } from './replace/publish.ts';
import { retire } from './replace/retire.ts';
import { unshare } from './sharing/sharing.ts';
import type { ApplyError } from '../model/result.ts';
import { ownedBy } from '../../definition/attributes.ts';

/** What an update did. */
export interface Updated {
  readonly live: LiveImage;
  readonly requestId: string;
  readonly warnings: readonly ApplyError[];
}

/**
 * Carries out `update` and `adopt`: one PATCH with the changes and the marks. First finishes a replacement that was
 * interrupted between publishing and retiring.
 */
export async function update(work: PlanWork, live: LiveImage): Promise<Updated> {
  const { plan, context } = work;
  context.emit({ type: 'phase', plan: plan.id, phase: 'updating', imageId: live.id });
  const marks = readMarks(live);
  await unshare(work, live);
  const { successor, warnings, waits } = await retire({ ...work, definition: plan.definition }, live);
  const current = successor.value;
  const changes = changeOperations(plan.changes);
  const after = marksAfter(plan, current, marks, waits);
  const { answer, refused } = await patchMarked(work, current, changes, after);
  return {
    live: answer.value,
    requestId: answer.requestId,
    warnings: refused === undefined ? warnings : [...warnings, refused],
  };
}

/** Remembers bytes that were found equal, so that the next plan need not compare them again. */
function marksAfter(plan: Plan, live: LiveImage, marks: Marks | undefined, waits: boolean): Marks {
  const known = plan.source ?? plan.remote;
  // The origin of a URL may be newer than the one that is remembered.
  const fresh = plan.bytes === 'same' && (marks?.sent === undefined || known?.origin !== undefined);
  const sent = (fresh ? sentNow(plan, marks?.sent) : undefined) ?? marks?.sent;
  const stored = marks?.stored ?? (sent === undefined ? undefined : storedMark(live));
  return {
    key: definitionKey(plan.definition),
    owns: ownedBy(plan.definition.arguments),
    ...(sent === undefined ? {} : { sent }),
    ...(stored === undefined ? {} : { stored }),
    ...(waits && marks?.state !== undefined ? { state: marks.state } : {}),
  };
}

/**
 * What is known about the bytes now. If Glance fetches them, this includes what was remembered for the same address.
 */
export function sentNow(plan: Plan, before: SentMark | undefined): SentMark | undefined {
  const known = plan.source ?? plan.remote;
  // Never replaces a fuller memory.
  if (before !== undefined && plan.remote?.kind !== 'cloud' && known?.digests?.sha512 === undefined) return undefined;
  const now = known === undefined ? undefined : sentMark(plan, known.size, known.digests ?? {});
  const kept =
    before !== undefined && plan.remote?.kind === 'cloud' && isSameAddress(plan.remote.origin, before) ? before : {};
  return now === undefined ? undefined : { ...kept, ...now };
}
