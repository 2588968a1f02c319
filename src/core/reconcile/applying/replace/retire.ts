import { definitionKey, type Definition, type OnReplace } from '../../../definition/definition.ts';
import { Failure, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { PatchOperation } from '../../../glance/service.ts';
import { awaitingText } from '../../planning/sharing/awaited-members.ts';
import { compareStored } from '../../sources/bytes.ts';
import { readMarks, type Marks, type StateMark } from '../../ownership/marks.ts';
import type { ApplyContext, ApplyRegion, PlanWork } from '../context.ts';
import { markOperations } from '../operations.ts';
import { discard } from '../discard.ts';
import { awaitedNow, predecessorsOf, type Predecessor } from './predecessors.ts';
import { errorOf } from '../result.ts';
import type { Answered } from '../../../http/answers.ts';
import type { ApplyError } from '../../model/result.ts';
import { patchChecked } from '../patch.ts';
import { mayUnprotect } from '../../planning/successor.ts';

/** The outcome of retiring predecessors. */
export interface Retired {
  /** The successor. It no longer names a predecessor. */
  readonly successor: Answered<LiveImage>;
  /** What failed for good, or that the predecessor waits for members. */
  readonly warnings: readonly ApplyError[];
  /** Whether the predecessor stays visible for now, because members have not accepted the successor yet. */
  readonly waits: boolean;
}

/** What an apply or a rollback retires images with. */
export interface RetiringWork extends Pick<PlanWork, 'region' | 'state'> {
  readonly definition: Definition;
  readonly context: Pick<ApplyContext, 'log' | 'signal'>;
}

/**
 * Retires the predecessors that a published image remembers. For each, one PATCH names its successor and hides it; then
 * it is deactivated or deleted, if the definition says so. At last the successor forgets it. Every step can be
 * interrupted and repeated. Nothing is retired while members that use the predecessor have not accepted a shared
 * successor, unless `when` says so. A predecessor is deleted only if the successor, looked at just before, serves with
 * verified bytes; otherwise it is hidden. What a cloud refuses for good becomes a warning: the new image serves, and no
 * later apply could do better.
 */
export async function retire(
  work: RetiringWork,
  published: LiveImage,
  when: 'once accepted' | 'at once' = 'once accepted',
): Promise<Retired> {
  const { definition, region, context } = work;
  const marks = readMarks(published);
  const predecessorId = marks?.state?.replaces;
  if (marks === undefined || predecessorId === undefined)
    return { successor: { value: published, requestId: '' }, warnings: [], waits: false };
  const chain = await predecessorsOf(published, definition, region, context);
  const awaited = when === 'at once' ? [] : await awaitedNow(published, chain, region, context);
  if (awaited.length > 0) {
    const message = awaitingText(predecessorId, published.id, awaited);
    const warnings: ApplyError[] = [{ code: 'predecessor-awaits-members', message, argument: 'members' }];
    return { successor: { value: published, requestId: '' }, warnings, waits: true };
  }
  const warnings: ApplyError[] = [];
  for (const predecessor of chain.toReversed()) {
    warnings.push(...(await retirePredecessor({ ...work, published, predecessor })));
  }
  const { state: _done, ...rest } = marks;
  const successor = await patchChecked(published.id, markOperations(published, rest), region, context);
  return { successor, warnings, waits: false };
}

/** One predecessor that is being retired. */
interface Retiring extends RetiringWork {
  /** The image that serves now. */
  readonly published: LiveImage;
  readonly predecessor: Predecessor;
}

async function retirePredecessor(retiring: Retiring): Promise<readonly ApplyError[]> {
  const { definition, predecessor, state, region, context } = retiring;
  const { image, how, successorId } = predecessor;
  const obstacle = how === 'delete' ? await obstacleTo(retiring) : undefined;
  const deletes = how === 'delete' && obstacle === undefined;
  const marks = { ...marksOf(image, definition), replacedBy: successorId };
  const operations: readonly PatchOperation[] = [
    ...(how === 'keep' || image.os_hidden ? [] : [{ op: 'replace', path: 'os_hidden', value: true } as const]),
    ...(deletes && image.protected ? [{ op: 'replace', path: 'protected', value: false } as const] : []),
    ...markOperations(image, deletes ? { ...marks, state: discarding(state) } : marks),
  ];
  const hidden = await patchChecked(image.id, operations, region, context);
  if (obstacle !== undefined) return [leftHidden(image.id, how, obstacle)];
  try {
    if (how === 'deactivate' && image.status === 'active') await region.images.deactivate(image.id, context.signal);
    if (deletes) await deletePredecessor(retiring);
    return [];
  } catch (reason) {
    if (!isFinal(reason)) throw reason;
    context.log.warn(toFailure(reason).explain());
    // A rollback may still need the image that stays.
    if (deletes) await patchChecked(image.id, markOperations(hidden.value, marks), region, context);
    return [leftHidden(image.id, how, toFailure(reason))];
  }
}

/**
 * Deletes a predecessor that is marked for deletion, if it and its successor have not changed since that was decided.
 */
async function deletePredecessor(retiring: Retiring): Promise<void> {
  const { predecessor, region, context } = retiring;
  const obstacle = await obstacleTo(retiring);
  if (obstacle !== undefined) throw obstacle;
  const { id } = predecessor.image;
  // Deletes only what is still marked: somebody may have brought the image back.
  if (typeof (await discard(retiring, id, () => false, context.signal)) !== 'string') throw changed(id, region);
}

/** Why a predecessor is hidden instead of deleted. Looks at its successor; throws if that does not serve any more. */
async function obstacleTo(retiring: Retiring): Promise<Failure | undefined> {
  const { definition, published, predecessor, region, context } = retiring;
  if (predecessor.image.protected && !mayUnprotect(definition))
    return new Failure('image-protected', 'It is protected.');
  const now = await region.images.find(published.id, context.signal);
  const { state, stored, replacedBy } = (now === undefined ? undefined : readMarks(now)) ?? {};
  const serves = now?.status === 'active' && state?.phase === 'retiring' && replacedBy === undefined;
  if (!serves) throw changed(published.id, region);
  const proven = state.verified === true && stored !== undefined && compareStored(stored, now) === 'same';
  return proven ? undefined : new Failure('successor-unverified', 'The bytes of the new image are not verified.');
}

function changed(id: string, { images: { region } }: ApplyRegion): Failure {
  const message = `Somebody else changed the image ${id} while it was being published. Nothing is deleted.`;
  return new Failure('changed-meanwhile', message, { region, next: 'Plan again.' });
}

function discarding({ run, started }: StateMark): StateMark {
  return { run, started, phase: 'discarding' };
}

/** The marks of the predecessor. One that was only pinned or adopted gets a key, so that a rollback finds it. */
function marksOf(predecessor: LiveImage, definition: Definition): Marks {
  const { state: _state, ...marks } = readMarks(predecessor) ?? { key: definitionKey(definition), owns: [] };
  return marks;
}

const FINAL: ReadonlySet<string> = new Set(['image-protected', 'image-in-use', 'forbidden', 'successor-unverified']);

function isFinal(reason: unknown): boolean {
  return FINAL.has(toFailure(reason).code);
}

function leftHidden(id: string, how: OnReplace, failure: Failure): ApplyError {
  const undone = how === 'delete' ? 'deleted' : 'deactivated';
  const message = `The new image is published. The image ${id} that it replaces is hidden, but could not be ${undone}: ${failure.message}`;
  return { ...errorOf(failure, ''), code: 'predecessor-kept', message };
}
