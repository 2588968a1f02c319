import { Failure, toFailure } from '../../../failure.ts';
import { sameIdentity, type Digests, type FileIdentity } from '../../../source/ports.ts';
import { readOnce } from '../../../source/read-once.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyJob } from '../context.ts';
import type { ApplyResult } from '../../model/result.ts';
import { failedResult } from '../result.ts';
import { RegionUpload, type SourceDigests } from './upload.ts';

/**
 * Sends one file to all regions that want it, with one read. A region whose connection breaks gets another read of its own at once,
 * and waits for no other region. Reports the results. Returns the plans that go by an earlier look at their region, and whose image
 * somebody else has made since: they need another look.
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
  const sending = new Sending(path, identity, uploads, context);
  const source = sourceDigests(path, identity, context);
  const overtaken = await Promise.all(
    uploads.map(async (upload) => {
      const result = await upload.complete(await sending.sentTo(upload), source);
      if (isOvertaken(result)) return [upload.plan];
      report(result);
      return [];
    }),
  );
  await sending.first;
  return overtaken.flat();
}

function sourceDigests(path: string, identity: FileIdentity, { reader, signal }: ApplyContext): SourceDigests {
  return {
    with: (algorithm) => reader.digests(path, ['sha512', algorithm], signal),
    checkSent: async ({ sha512 }) => {
      await reader.forget(identity);
      if ((await reader.digests(path, ['sha512'], signal)).sha512 !== sha512) throw otherBytes(path);
    },
  };
}

/** Failures of a new image whose id an apply of the same definition has taken. */
const TAKEN_BY_AN_APPLY: ReadonlySet<string> = new Set(['changed-meanwhile', 'apply-in-progress', 'apply-stuck']);

function isOvertaken({ plan, error, bytesSent }: ApplyResult): boolean {
  return plan.lookedAt === undefined && bytesSent === 0 && error !== undefined && TAKEN_BY_AN_APPLY.has(error.code);
}

/** One file on its way to several regions. Failures are recorded in the uploads. */
class Sending {
  /** The read that all regions share; its digests, if it came to its end. */
  readonly first: Promise<Digests | undefined>;
  readonly #path: string;
  readonly #identity: FileIdentity;
  readonly #context: ApplyContext;
  readonly #wanting: ReadonlySet<RegionUpload>;
  #read: Promise<Digests> | undefined;

  constructor(path: string, identity: FileIdentity, uploads: readonly RegionUpload[], context: ApplyContext) {
    this.#path = path;
    this.#identity = identity;
    this.#context = context;
    this.#wanting = new Set(uploads.filter((upload) => upload.wantsBytes));
    const all = [...this.#wanting];
    this.first = all.length === 0 ? Promise.resolve(undefined) : sendOnce(path, identity, all, context);
  }

  /** The digests of the source, once a region has its bytes or has failed for good. */
  async sentTo(upload: RegionUpload): Promise<Digests> {
    if (this.#wanting.has(upload)) {
      await upload.over;
      if (await upload.reopen()) {
        const digests = await sendOnce(this.#path, this.#identity, [upload], this.#context);
        await upload.over;
        return digests ?? {};
      }
    }
    if (upload.failed) return {};
    return (await this.first) ?? this.#readAgain(upload);
  }

  /** Reads the file for nothing but its digests, once for all. */
  async #readAgain(upload: RegionUpload): Promise<Digests> {
    const { reader, signal } = this.#context;
    this.#read ??= reader.digests(this.#path, algorithmsFor([upload]), signal);
    return this.#read.catch((reason: unknown) => {
      upload.fail(reason);
      return {};
    });
  }
}

async function sendOnce(
  path: string,
  identity: FileIdentity,
  uploads: readonly RegionUpload[],
  context: ApplyContext,
): Promise<Digests | undefined> {
  const attempts = uploads.map((upload) => upload.attempt());
  const source = await context.files.open(path).catch((reason: unknown) => toFailure(reason));
  if (source instanceof Failure) {
    for (const attempt of attempts) attempt.fail(source);
    return undefined;
  }
  try {
    if (!sameIdentity(source.identity, identity))
      throw new Failure('source-changed', `The file "${path}" changed since it was checked.`, {
        next: 'Apply again.',
      });
    const options = context.signal === undefined ? {} : { signal: context.signal };
    const known = (await context.reader.known(source.identity)) ?? {};
    const missing = algorithmsFor(uploads).filter((algorithm) => !Object.hasOwn(known, algorithm));
    const read = await readOnce(source, context.workers.start(missing, identity.size), attempts, options);
    const digests = { ...known, ...read.digests };
    await context.reader.remember(read.identity, read.digests);
    for (const { plan } of uploads) checkPlanned(path, plan, digests);
    return digests;
  } catch (reason) {
    for (const attempt of attempts) attempt.fail(reason);
    return undefined;
  } finally {
    await source.close();
  }
}

/**
 * The digests that prove the bytes in these regions: their multihashes, and MD5 where one is not known to have any. The
 * marks of an image hold the SHA-512.
 */
function algorithmsFor(uploads: readonly RegionUpload[]): readonly string[] {
  return [...new Set(['sha512', ...uploads.map(({ plan }) => plan.multihash ?? 'md5')])];
}

/**
 * Checks that the plan was made for these bytes: a cached download may have been replaced since, or a disk may have
 * lost a bit.
 */
function checkPlanned(path: string, { source }: Plan, digests: Digests): void {
  const planned = source?.digests?.sha512;
  if (planned === undefined || digests.sha512 === undefined || planned === digests.sha512) return;
  throw otherBytes(path);
}

function otherBytes(path: string): Failure {
  return new Failure('source-changed', `The bytes of "${path}" are not those that the plan was made for.`, {
    next: 'Apply again.',
  });
}
