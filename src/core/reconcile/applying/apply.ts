import pLimit from 'p-limit';
import { withAbort } from '../../abort.ts';
import { Failure, toFailure } from '../../failure.ts';
import { readOnce } from '../../source/read-once.ts';
import { sameIdentity, type Digests, type FileIdentity } from '../../source/ports.ts';
import { addressOf } from '../../definition/source.ts';
import { sourceKey } from '../sources/source-key.ts';
import { USUAL_DIGESTS } from '../../source/source-reader.ts';
import type { Plan } from '../model/plan.ts';
import { isWorse } from '../planning/worse.ts';
import type { ApplyContext } from './context.ts';
import { applyInPlace } from './in-place.ts';
import { blockedResult, failedResult, resultOf } from './result.ts';
import { Transfer } from './transfer/transfer.ts';
import { downloadGroup } from './transfer/web-downloads.ts';
import type { ApplyResult } from '../model/result.ts';

/** Passes over a source: the first, and one more for the regions whose connection broke. */
const PASSES_AT_MOST = 2;

/**
 * Carries plans out and returns their results in the same order. Each is looked at again first: where the live image moved
 * since, the new plan is carried out if it does no more than the agreed one, else `confirmAgain` decides; it is asked one
 * thing at a time. Plans that send the same file share one pass over it. A source that has to be fetched is sent as soon as
 * it is here, whatever others still fetch.
 */
export async function applyPlans(
  plans: readonly Plan[],
  context: ApplyContext,
  confirmAgain: ((plans: readonly Plan[]) => Promise<boolean>) | undefined,
): Promise<readonly ApplyResult[]> {
  const run = context.runs.begin();
  try {
    const results = new Map<string, ApplyResult>();
    const settled = (result: ApplyResult): void => {
      results.set(result.plan.id, result);
      context.emit({ type: 'result', plan: result.plan.id, result });
    };
    const asking = pLimit(1);
    const confirm: Confirm = async (worse) => (await asking(async () => confirmAgain?.(worse))) === true;
    const work = { context, run, confirm, settled };
    const groups = bySource(plans.filter(isFetchedFirst));
    await Promise.all([
      carryOut(
        plans.filter((plan) => !isFetchedFirst(plan)),
        work,
      ),
      ...groups.map((group) =>
        context.inTurn(() => carryOut(group, { ...work, context: { ...context, inTurn: now } })),
      ),
    ]);
    return plans.map(
      (plan) =>
        results.get(plan.id) ??
        failedResult(plan, new Failure('unexpected', 'The apply ended without a result.'), undefined),
    );
  } finally {
    context.runs.end(run);
  }
}

/** Whether plans that do more than was agreed to are agreed to as well. */
type Confirm = (worse: readonly Plan[]) => Promise<boolean>;

/** What the plans of one apply share. */
interface Work {
  readonly context: ApplyContext;
  readonly run: string;
  readonly confirm: Confirm;
  readonly settled: (result: ApplyResult) => void;
}

/** For work whose turn it is already. */
function now<Result>(work: () => Promise<Result>): Promise<Result> {
  return work();
}

/** Looks at plans again and carries them out; each is settled then. */
async function carryOut(plans: readonly Plan[], work: Work): Promise<void> {
  const { context, run, settled } = work;
  const current = await lookAgain(plans, work);
  await Promise.all([
    ...current
      .filter((plan) => !sends(plan))
      .map(async (plan) => settled(await applyInPlace(plan, run, { ...context, signal: context.signalFor(plan) }))),
    ...byPath(current.filter((plan) => sends(plan) && !cloudFetches(plan))).map(([path, group]) =>
      context.inTurn(() => transferGroup(path, group, run, context, settled)),
    ),
    ...byDefinition(current.filter((plan) => sends(plan) && cloudFetches(plan))).map((group) =>
      downloadGroup(group, current, run, context, settled),
    ),
  ]);
}

/** The plans to carry out, as they are now; those that fail, are blocked or declined are settled. */
async function lookAgain(plans: readonly Plan[], { context, confirm, settled }: Work): Promise<readonly Plan[]> {
  const looks = await Promise.all(
    plans.map(async (before) => {
      if (before.action === 'blocked') return { before, after: before };
      try {
        const after = await withAbort(context.replan(before), context.signalFor(before));
        if (after.fingerprint !== before.fingerprint || after.action !== before.action)
          context.emit({ type: 'replanned', plan: before.id, next: after });
        return { before, after };
      } catch (reason) {
        settled(failedResult(before, reason, { kind: 'nothing' }));
        return undefined;
      }
    }),
  );
  const seen = looks.filter((look) => look !== undefined);
  const worse = seen.filter(({ before, after }) => after.action !== 'blocked' && isWorse(before, after));
  const agreed = worse.length === 0 || (await confirm(worse.map(({ after }) => after)));
  return seen.flatMap((look) => {
    if (look.after.action === 'blocked') {
      settled(blockedResult(look.after));
      return [];
    }
    if (agreed || !worse.includes(look)) return [look.after];
    settled(
      resultOf(look.after, 'declined', {
        error: {
          code: 'plan-stale',
          message:
            'The image or its source changed since the plan was made, and the new plan does more. Nothing was changed.',
          next: 'Plan again and look at it.',
        },
      }),
    );
    return [];
  });
}

function sends(plan: Plan): boolean {
  return plan.action === 'create' || plan.action === 'upload' || plan.action === 'replace';
}

/** Whether Glance fetches the bytes by itself. */
function cloudFetches({ remote }: Plan): boolean {
  return remote?.kind === 'cloud';
}

/** Whether the bytes have to come here, or be decompressed, before anything can be sent. */
function isFetchedFirst(plan: Plan): boolean {
  return sends(plan) && plan.remote !== undefined && !cloudFetches(plan);
}

function bySource(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  const source = ({ definition }: Plan): string => addressOf(definition)?.url ?? sourceKey(definition);
  return [...Map.groupBy(plans, source).values()];
}

function byDefinition(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  return [...Map.groupBy(plans, ({ definition: { file, index } }) => JSON.stringify([file, index])).values()];
}

function byPath(plans: readonly Plan[]): readonly (readonly [string, readonly Plan[]])[] {
  return [...Map.groupBy(plans, ({ source }) => source?.path ?? '')];
}

/** Sends one file to every region that wants it, reading it once. */
async function transferGroup(
  path: string,
  plans: readonly Plan[],
  run: string,
  context: ApplyContext,
  settled: (result: ApplyResult) => void,
): Promise<void> {
  const identity = await context.files.identify(path).catch((reason: unknown) => toFailure(reason));
  const opened = await Promise.all(
    plans.map(async (plan) => {
      try {
        if (identity instanceof Failure) throw identity;
        return new Transfer(plan, identity.size, await context.region(plan.place), run, context);
      } catch (reason) {
        settled(failedResult(plan, reason, { kind: 'nothing' }));
        return undefined;
      }
    }),
  );
  const transfers = opened.filter((transfer) => transfer !== undefined);
  if (identity instanceof Failure || transfers.length === 0) return;
  await Promise.all(transfers.map((transfer) => transfer.begin()));
  const sent = send(path, identity, transfers, context);
  const digestsFor = (algorithm: string): Promise<Digests> =>
    context.reader.digests(path, [...USUAL_DIGESTS, algorithm], context.signal);
  await Promise.all(
    transfers.map(async (transfer) => {
      // One that is cancelled, or has failed for good, does not wait until the others have their bytes.
      const digests = await Promise.race([transfer.stopped.then(() => ({})), sent]);
      settled(await transfer.complete(digests, digestsFor));
    }),
  );
  await sent;
}

/** Reads the file for the transfers that want its bytes, and once more for those whose connection broke. Failures stay with the transfers. */
async function send(
  path: string,
  identity: FileIdentity,
  transfers: readonly Transfer[],
  context: ApplyContext,
): Promise<Digests> {
  let wanting = transfers.filter((transfer) => transfer.wantsBytes);
  let digests: Digests | undefined;
  for (let pass = 1; wanting.length > 0; pass += 1) {
    digests = (await sendOnce(path, identity, wanting, context)) ?? digests;
    if (pass === PASSES_AT_MOST) break;
    const again = await Promise.all(
      wanting.map(async (transfer) => ((await transfer.reopen()) ? transfer : undefined)),
    );
    wanting = again.filter((transfer) => transfer !== undefined);
  }
  if (digests !== undefined || transfers.every((transfer) => transfer.failed)) return digests ?? {};
  return context.reader.digests(path, USUAL_DIGESTS, context.signal).catch((reason: unknown) => {
    for (const transfer of transfers) transfer.fail(reason);
    return {};
  });
}

async function sendOnce(
  path: string,
  identity: FileIdentity,
  transfers: readonly Transfer[],
  context: ApplyContext,
): Promise<Digests | undefined> {
  const source = await context.files.open(path).catch((reason: unknown) => toFailure(reason));
  if (source instanceof Failure) {
    for (const transfer of transfers) transfer.fail(source);
    return undefined;
  }
  try {
    if (!sameIdentity(source.identity, identity))
      throw new Failure('source-changed', `The file "${path}" changed since it was looked at.`, {
        next: 'Apply again.',
      });
    const options = context.signal === undefined ? {} : { signal: context.signal };
    const read = await readOnce(source, context.workers.start(USUAL_DIGESTS), transfers, options);
    await context.reader.remember(read.identity, read.digests);
    for (const { plan } of transfers) checkPlanned(path, plan, read.digests);
    await Promise.all(transfers.map((transfer) => transfer.finish()));
    return read.digests;
  } catch (reason) {
    for (const transfer of transfers) transfer.fail(reason);
    return undefined;
  } finally {
    await source.close();
  }
}

/** What is sent is what the plan was made for: a cached download may have been replaced since, or a disk have lost a bit. */
function checkPlanned(path: string, { source }: Plan, digests: Digests): void {
  const planned = source?.digests?.sha512;
  if (planned === undefined || digests.sha512 === undefined || planned === digests.sha512) return;
  throw new Failure('source-changed', `The bytes of "${path}" are not those that the plan was made for.`, {
    next: 'Apply again.',
  });
}
