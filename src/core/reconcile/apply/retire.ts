import { definitionKey, type Definition, type OnReplace } from '../../definition/definition.ts';
import { toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Answered, PatchOperation } from '../../glance/service.ts';
import { readMarks, type Marks } from '../marks.ts';
import { mayUnprotect, onReplaceOf } from '../predecessor.ts';
import type { ApplyError } from '../types.ts';
import type { ApplyContext, ApplyRegion } from './context.ts';
import { markOperations } from './operations.ts';
import { patchChecked } from './patch-checked.ts';
import { errorOf } from './result.ts';

/** What retiring a predecessor came to. */
export interface Retired {
  /** The successor, which no longer remembers that it has a predecessor to retire. */
  readonly successor: Answered<LiveImage>;
  /** What could not be done to the predecessor, and will not be tried again. */
  readonly warnings: readonly ApplyError[];
}

/**
 * Retires the predecessor that a published image remembers: one PATCH names its successor and hides it, then it is
 * deactivated or deleted if that is what becomes of it; at last the successor forgets it. Can be cut at each step and done
 * again. What a cloud refuses for good is a warning: the new image serves, and no later apply would fare better.
 */
export async function retire(
  definition: Definition,
  published: LiveImage,
  region: ApplyRegion,
  context: Pick<ApplyContext, 'log' | 'signal'>,
): Promise<Retired> {
  const marks = readMarks(published);
  const predecessorId = marks?.state?.replaces;
  if (marks === undefined || predecessorId === undefined)
    return { successor: { value: published, requestId: '' }, warnings: [] };
  const how = marks.state?.on_replace ?? onReplaceOf(definition);
  const found = await region.images.find(predecessorId, context.signal);
  // A stranger's image is never touched, whatever a mark says.
  const theirs = found?.owner !== published.owner;
  const warnings =
    found === undefined || theirs ? [] : await retirePredecessor(definition, found, published.id, how, region, context);
  const { state: _done, ...rest } = marks;
  const successor = await patchChecked(published.id, markOperations(published, rest), region, context);
  return { successor, warnings };
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
