import { Failure, toFailure } from '../../../failure.ts';
import { sameIdentity, type Digests, type FileIdentity } from '../../../source/ports.ts';
import { readOnce } from '../../../source/read-once.ts';
import { USUAL_DIGESTS } from '../../../source/source-reader.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyJob } from '../context.ts';
import type { ApplyResult } from '../../model/result.ts';
import { failedResult } from '../result.ts';
import { RegionUpload } from './upload.ts';

/** Reads of a source: the first, and another one for regions whose connection broke. */
const PASSES_AT_MOST = 2;

/**
 * Sends one file to all regions that want it, with one read. Reports the results. Returns the plans that go by an earlier
 * look at their region, and whose image somebody else has made since: they need another look.
 */
export async function uploadGroup(
  plans: readonly Plan[],
  { context, run, report }: ApplyJob,
): Promise<readonly Plan[]> {
  const path = plans[0]?.source?.path ?? '';
  const identity = await context.files.identify(path).catch((reason: unknown) => toFailure(reason));
  const opened = await Promise.all(
    plans.map(async (plan) => {
      try {
        if (identity instanceof Failure) throw identity;
        return new RegionUpload(plan, identity.size, await context.region(plan.place), run, context);
      } catch (reason) {
        report(failedResult(plan, reason, { kind: 'nothing' }));
        return undefined;
      }
    }),
  );
  const uploads = opened.filter((upload) => upload !== undefined);
  if (identity instanceof Failure || uploads.length === 0) return [];
  await Promise.all(uploads.map((upload) => upload.begin()));
  const sent = send(path, identity, uploads, context);
  const digestsFor = (algorithm: string): Promise<Digests> =>
    context.reader.digests(path, [...USUAL_DIGESTS, algorithm], context.signal);
  const overtaken = await Promise.all(
    uploads.map(async (upload) => {
      // An upload that is cancelled or has failed for good does not wait for the others.
      const digests = await Promise.race([upload.stopped.then(() => ({})), sent]);
      const result = await upload.complete(digests, digestsFor);
      if (isOvertaken(result)) return [upload.plan];
      report(result);
      return [];
    }),
  );
  await sent;
  return overtaken.flat();
}

/** Failures of a new image whose id an apply of the same definition has taken. */
const TAKEN_BY_AN_APPLY: ReadonlySet<string> = new Set(['changed-meanwhile', 'apply-in-progress', 'apply-stuck']);

function isOvertaken({ plan, error, bytesSent }: ApplyResult): boolean {
  return plan.lookedAt === undefined && bytesSent === 0 && error !== undefined && TAKEN_BY_AN_APPLY.has(error.code);
}

/**
 * Reads the file for the uploads that want its bytes, and once more for those whose connection broke. Failures are
 * recorded in the uploads.
 */
async function send(
  path: string,
  identity: FileIdentity,
  uploads: readonly RegionUpload[],
  context: ApplyContext,
): Promise<Digests> {
  let wanting = uploads.filter((upload) => upload.wantsBytes);
  let digests: Digests | undefined;
  for (let pass = 1; wanting.length > 0; pass += 1) {
    digests = (await sendOnce(path, identity, wanting, context)) ?? digests;
    if (pass === PASSES_AT_MOST) break;
    const again = await Promise.all(wanting.map(async (upload) => ((await upload.reopen()) ? upload : undefined)));
    wanting = again.filter((upload) => upload !== undefined);
  }
  if (digests !== undefined || uploads.every((upload) => upload.failed)) return digests ?? {};
  return context.reader.digests(path, USUAL_DIGESTS, context.signal).catch((reason: unknown) => {
    for (const upload of uploads) upload.fail(reason);
    return {};
  });
}

async function sendOnce(
  path: string,
  identity: FileIdentity,
  uploads: readonly RegionUpload[],
  context: ApplyContext,
): Promise<Digests | undefined> {
  const source = await context.files.open(path).catch((reason: unknown) => toFailure(reason));
  if (source instanceof Failure) {
    for (const upload of uploads) upload.fail(source);
    return undefined;
  }
  try {
    if (!sameIdentity(source.identity, identity))
      throw new Failure('source-changed', `The file "${path}" changed since it was looked at.`, {
        next: 'Apply again.',
      });
    const options = context.signal === undefined ? {} : { signal: context.signal };
    const read = await readOnce(source, context.workers.start(USUAL_DIGESTS), uploads, options);
    await context.reader.remember(read.identity, read.digests);
    for (const { plan } of uploads) checkPlanned(path, plan, read.digests);
    await Promise.all(uploads.map((upload) => upload.finish()));
    return read.digests;
  } catch (reason) {
    for (const upload of uploads) upload.fail(reason);
    return undefined;
  } finally {
    await source.close();
  }
}

/**
 * Checks that the plan was made for these bytes: a cached download may have been replaced since, or a disk may have
 * lost a bit.
 */
function checkPlanned(path: string, { source }: Plan, digests: Digests): void {
  const planned = source?.digests?.sha512;
  if (planned === undefined || digests.sha512 === undefined || planned === digests.sha512) return;
  throw new Failure('source-changed', `The bytes of "${path}" are not those that the plan was made for.`, {
    next: 'Apply again.',
  });
}
