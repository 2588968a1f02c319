import { definitionKey, type Definition, type OnReplace } from '../../definition/definition.ts';
import { toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Answered, PatchOperation } from '../../glance/service.ts';
import { awaitingText } from '../awaited-members.ts';
import { readMarks, type Marks } from '../marks.ts';
import { mayUnprotect } from '../predecessor.ts';
import type { ApplyError } from '../types.ts';
import type { ApplyContext, ApplyRegion } from './context.ts';
import { markOperations } from './operations.ts';
import { awaitedNow, predecessorsOf } from './predecessors.ts';
import { patchChecked } from './patch-checked.ts';
import { errorOf } from './result.ts';

/** What retiring a predecessor came to. */
export interface Retired {
  /** The successor, which no longer remembers that it has a predecessor to retire. */
  readonly successor: Answered<LiveImage>;
  /** What could not be done to the predecessor, and will not be tried again; or that it waits for members. */
  readonly warnings: readonly ApplyError[];
  /** The predecessor stays visible and is still to be retired, because members have not accepted the successor yet. */
  readonly waits: boolean;
}

/**
 * Retires the predecessor that a published image remembers: one PATCH names its successor and hides it, then it is
 * deactivated or deleted if that is what becomes of it; at last the successor forgets it. Can be cut at each step and done
 * again. While members that use the predecessor have not accepted a shared successor, nothing is retired, unless `when` says
 * so. What a cloud refuses for good is a warning: the new image serves, and no later apply would fare better.
 */
export async function retire(
  definition: Definition,
  published: LiveImage,
  region: ApplyRegion,
  context: Pick<ApplyContext, 'log' | 'signal'>,
  when: 'once accepted' | 'at once' = 'once accepted',
): Promise<Retired> {
  const marks = readMarks(published);
  const predecessorId = marks?.state?.replaces;
  if (marks === undefined || predecessorId === undefined)
    return { successor: { value: published, requestId: '' }, warnings: [], waits: false };
  const chain = await predecessorsOf(published, definition, region, context);
  const awaited = when === 'at once' ? [] : await awaitedNow(published, chain, region, context);
  if (awaited.length > 0) {
    const message = awaitingText(predecessorId, published.id, awaited);
    const warnings = [{ code: 'predecessor-awaits-members', message, argument: 'members' }];
    return { successor: { value: published, requestId: '' }, warnings, waits: true };
  }
  const warnings: ApplyError[] = [];
  for (const { image, successorId, how } of chain.toReversed()) {
    warnings.push(...(await retirePredecessor(definition, image, successorId, how, region, context)));
  }
  const { state: _done, ...rest } = marks;
  const successor = await patchChecked(published.id, markOperations(published, rest), region, context);
  return { successor, warnings, waits: false };
}

async function retirePredecessor(
  definition: Definition,
  predecessor: LiveImage,
  successorId: string,
  how: OnReplace,
  region: ApplyRegion,
  context: Pick<ApplyContext, 'log' | 'signal'>,
): Promise<readonly ApplyError[]> {
  const { images } = region;
  const unprotects = how === 'delete' && predecessor.protected && mayUnprotect(definition);
  const operations: readonly PatchOperation[] = [
    ...(how === 'keep' || predecessor.os_hidden ? [] : [{ op: 'replace', path: 'os_hidden', value: true } as const]),
    ...(unprotects ? [{ op: 'replace', path: 'protected', value: false } as const] : []),
    ...markOperations(predecessor, { ...marksOf(predecessor, definition), replacedBy: successorId }),
  ];
  await patchChecked(predecessor.id, operations, region, context);
  try {
    if (how === 'deactivate' && predecessor.status === 'active')
      await images.deactivate(predecessor.id, context.signal);
    if (how === 'delete') await images.delete(predecessor.id, context.signal);
    return [];
  } catch (reason) {
    if (!isFinal(reason)) throw reason;
    context.log.warn(toFailure(reason).explain());
    return [leftHidden(predecessor.id, how, reason)];
  }
}

/** What the predecessor remembers; one that was only pinned or adopted has a key from now on, so that rollback finds it. */
function marksOf(predecessor: LiveImage, definition: Definition): Marks {
  const { state: _state, ...marks } = readMarks(predecessor) ?? { key: definitionKey(definition), owns: [] };
  return marks;
}

const FINAL: ReadonlySet<string> = new Set(['image-protected', 'image-in-use', 'forbidden']);

function isFinal(reason: unknown): boolean {
  return FINAL.has(toFailure(reason).code);
}

function leftHidden(id: string, how: OnReplace, reason: unknown): ApplyError {
  const failure = toFailure(reason);
  const undone = how === 'delete' ? 'deleted' : 'deactivated';
  const message = `The new image serves. The image ${id} that it replaces is hidden, but could not be ${undone}: ${failure.message}`;
  return { ...errorOf(failure, ''), code: 'predecessor-kept', message };
}
