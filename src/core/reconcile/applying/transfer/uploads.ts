import { Failure, toFailure } from '../../../failure.ts';
import { sameIdentity, type Digests, type FileIdentity } from '../../../source/ports.ts';
import { sourceInWords } from '../../../source/image/image-path.ts';
import { readOnce } from '../../../source/read-once.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyJob } from '../context.ts';
import type { ApplyResult } from '../../model/result.ts';
import { failedResult } from '../result.ts';
import { arrived, findSent, otherBytes, type SentFile } from './sent-file.ts';
import { RegionUpload, type SourceDigests } from './upload.ts';

/**
 * Sends one file to all regions that want it, with one read, while it arrives where it is still on its way. A region whose connection
 * breaks gets another read of its own at once, and waits for no other region. Reports the results. Returns the plans that need another
 * look: they go by an earlier look at their region, and somebody else has made their image since; or what was downloaded for them
 * turned out to be other bytes.
 */
export async function uploadGroup(plans: readonly Plan[], job: ApplyJob): Promise<readonly Plan[]> {
  const { context, run, report } = job;
  const file = await findSent(plans, context).catch((reason: unknown) => ({ kind: 'none' as const, reason }));
  const uploads: RegionUpload[] = [];
  const again: Plan[] = [];
  const tell = (result: ApplyResult): void => {
    if (needsAnotherLook(result, job)) again.push(result.plan);
    else report(result);
  };
  for (const plan of plans) {
    try {
      if (file.kind === 'none') throw file.reason;
      uploads.push(new RegionUpload(plan, file.identity.size, await context.region(plan.place), run, context));
    } catch (reason) {
      tell(failedResult(plan, reason, { kind: 'nothing' }));
    }
  }
  if (file.kind === 'none') return again;
  await Promise.all(uploads.map((upload) => upload.begin()));
  const sending = new Sending(file, uploads, context);
  const source = sourceDigests(file.identity.path, context, plans);
  await Promise.all(uploads.map(async (upload) => tell(await upload.complete(await sending.sentTo(upload), source))));
  await sending.end();
  return again;
}

function sourceDigests(path: string, { reader, signal }: ApplyContext, plans: readonly Plan[]): SourceDigests {
  return {
    isFetched: plans.some(isFetched),
    with: (algorithm) => reader.digests(path, ['sha512', algorithm], signal),
    checkSent: async ({ sha512 }) => {
      await reader.forget((await reader.identify(path)).identity);
      if ((await reader.digests(path, ['sha512'], signal)).sha512 !== sha512) throw otherBytes(path);
    },
  };
}

function isFetched({ source }: Plan): boolean {
  return source?.origin !== undefined;
}

/** Failures of a new image whose id an apply of the same definition has taken. */
const TAKEN_BY_AN_APPLY: ReadonlySet<string> = new Set(['changed-meanwhile', 'apply-in-progress', 'apply-stuck']);

function needsAnotherLook({ plan, error, bytesSent }: ApplyResult, { how }: ApplyJob): boolean {
  if (error === undefined) return false;
  if (error.code === 'source-changed') return isFetched(plan) && how !== 'careful';
  return plan.lookedAt === undefined && bytesSent === 0 && TAKEN_BY_AN_APPLY.has(error.code);
}

/** One file on its way to several regions. Failures are recorded in the uploads. */
class Sending {
  /** The read that all regions share; its digests, if it came to its end. */
  readonly #first: Promise<Digests | undefined>;
  readonly #file: SentFile;
  readonly #uploads: readonly RegionUpload[];
  readonly #context: ApplyContext;
  readonly #wanting: ReadonlySet<RegionUpload>;
  #read: Promise<Digests> | undefined;

  constructor(file: SentFile, uploads: readonly RegionUpload[], context: ApplyContext) {
    this.#file = file;
    this.#uploads = uploads;
    this.#context = context;
    this.#wanting = new Set(uploads.filter((upload) => upload.wantsBytes));
    this.#first = this.#send();
  }

  /** The digests of the source, once a region has its bytes or has failed for good. */
  async sentTo(upload: RegionUpload): Promise<Digests> {
    if (this.#wanting.has(upload)) {
      await upload.over;
      if (await upload.reopen()) {
        const digests = await this.#sendAgain(upload);
        await upload.over;
        return digests ?? {};
      }
    }
    if (upload.failed) return {};
    return (await this.#first) ?? this.#readAgain(upload);
  }

  /** Settles once nobody reads the file any more. A download that nobody could send ends. */
  async end(): Promise<void> {
    if (this.#file.kind === 'arriving' && this.#uploads.every(({ failed }) => failed)) this.#file.arrival.stop();
    await this.#first;
  }

  async #send(): Promise<Digests | undefined> {
    const all = [...this.#wanting];
    if (this.#file.kind === 'arriving') return sendArriving(this.#file, all, this.#uploads, this.#context);
    return all.length === 0 ? undefined : sendOnce(this.#file.identity, all, this.#context);
  }

  /** Sends the file from its beginning, once all of it is here. */
  async #sendAgain(upload: RegionUpload): Promise<Digests | undefined> {
    const attempt = upload.attempt();
    try {
      if (this.#file.kind === 'arriving') await arrived(this.#file.arrival, [upload.plan], this.#context);
      const { path } = this.#file.identity;
      const identity = this.#file.kind === 'here' ? this.#file.identity : await this.#context.files.identify(path);
      return await sendOnce(identity, [upload], this.#context);
    } catch (reason) {
      attempt.fail(reason);
      return undefined;
    }
  }

  /** Reads the file for nothing but its digests, once for all. */
  async #readAgain(upload: RegionUpload): Promise<Digests> {
    const { reader, signal } = this.#context;
    this.#read ??= reader.digests(this.#file.identity.path, algorithmsFor([upload]), signal);
    return this.#read.catch((reason: unknown) => {
      upload.fail(reason);
      return {};
    });
  }
}

/** Sends a file while it arrives. Its download computes the digests. */
async function sendArriving(
  { source, arrival }: Extract<SentFile, { kind: 'arriving' }>,
  wanting: readonly RegionUpload[],
  uploads: readonly RegionUpload[],
  context: ApplyContext,
): Promise<Digests | undefined> {
  const options = context.signal === undefined ? {} : { signal: context.signal };
  const attempts = wanting.map((upload) => upload.attempt());
  try {
    // It tells the uploads why it fails.
    if (attempts.length > 0)
      await readOnce(source, context.workers.start([]), attempts, options).catch(() => undefined);
  } finally {
    await source.close();
  }
  try {
    return await arrived(
      arrival,
      uploads.map(({ plan }) => plan),
      context,
    );
  } catch (reason) {
    for (const upload of uploads) if (!wanting.includes(upload)) upload.fail(reason);
    for (const attempt of attempts) attempt.fail(reason);
    return undefined;
  }
}

async function sendOnce(
  identity: FileIdentity,
  uploads: readonly RegionUpload[],
  context: ApplyContext,
): Promise<Digests | undefined> {
  const { path } = identity;
  const attempts = uploads.map((upload) => upload.attempt());
  const source = await context.files.open(path).catch((reason: unknown) => toFailure(reason));
  if (source instanceof Failure) {
    for (const attempt of attempts) attempt.fail(source);
    return undefined;
  }
  try {
    if (!sameIdentity(source.identity, identity))
      throw new Failure('source-changed', `The ${sourceInWords(path)} changed since it was checked.`, {
        next: 'Apply again.',
      });
    const options = context.signal === undefined ? {} : { signal: context.signal };
    const known = (await context.reader.known(source.identity)) ?? {};
    const wanted = algorithmsFor(uploads);
    // One that has to be computed also shows whether the known ones are those of the file.
    const missing = wanted.every((algorithm) => Object.hasOwn(known, algorithm)) ? [] : wanted;
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
  const all = uploads.flatMap(({ plan }) => [plan.multihash ?? 'md5', ...toldAlgorithms(plan)]);
  return [...new Set(['sha512', ...all])];
}

/** The digests that are known of the source, where SHA-512 is none of them: those of an image in another cloud. */
function toldAlgorithms({ source }: Plan): readonly string[] {
  const { digests = {} } = source ?? {};
  return digests.sha512 === undefined ? Object.keys(digests) : [];
}

/**
 * Checks that the plan was made for these bytes: a cached download may have been replaced since, or a disk may have
 * lost a bit.
 */
function checkPlanned(path: string, { source }: Plan, digests: Digests): void {
  const { sha512, ...others } = source?.digests ?? {};
  const planned = sha512 === undefined ? others : { sha512 };
  const differs = ([algorithm, hex]: readonly [string, string]): boolean => (digests[algorithm] ?? hex) !== hex;
  if (Object.entries(planned).some(differs)) throw otherBytes(path);
}
