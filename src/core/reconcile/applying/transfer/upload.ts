import { timeoutsOf } from '../../../definition/definition.ts';
import { Failure, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageUpload } from '../../../glance/service.ts';
import type { Digests } from '../../../source/ports.ts';
import type { PieceConsumer } from '../../../source/lane.ts';
import type { Left } from '../../model/left.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyResult } from '../../model/result.ts';
import type { ApplyContext, ApplyRegion, PlanWork } from '../context.ts';
import { sentMark } from '../replace/publish.ts';
import { distribute } from '../sharing/distribute.ts';
import { waitUntilIdle } from '../wait-until-idle.ts';
import { takeAway, type Unfinished } from './left-behind.ts';
import { StagedApply } from './staged-apply.ts';
import { differences, digestPairs, NOTHING_VERIFIED, provingAlgorithm, verify, type Verification } from './verify.ts';
import { isUncertain } from '../writes.ts';
import type { StagedImage } from './resume.ts';

/** One read of the source for one region. */
export interface Attempt extends PieceConsumer {
  /** Ends the upload. Never throws. */
  finish(): Promise<void>;
}

/** The digests of the file that is sent. */
export interface SourceDigests {
  /** Those that are known, and one that may still have to be computed. */
  with(algorithm: string): Promise<Digests>;
  /** Reads the file anew. Throws `source-changed` if it has not the bytes of these digests, which may have been known before. */
  checkSent(digests: Digests): Promise<void>;
}

/** Uploads a file to the staged image of one region. */
export class RegionUpload {
  readonly #apply: StagedApply;
  readonly #size: number;
  #upload: ImageUpload | undefined;
  /** How the next piece opens an upload; undefined while one is open. */
  #opening: { readonly renewed: boolean } | undefined = { renewed: false };
  /** Whether Glance has confirmed all of the data. */
  #stored = false;
  #sent = 0;
  /** Counts attempts: a read that goes on for other regions has nothing to say to a later one. */
  #attempts = 0;
  #over = Promise.withResolvers<undefined>();
  /** How the data in the cloud compares with what was sent. */
  #verification: Verification | undefined;

  constructor(plan: Plan, size: number, region: ApplyRegion, run: string, context: ApplyContext) {
    this.#apply = new StagedApply(plan, region, run, context);
    this.#size = size;
  }

  get plan(): Plan {
    return this.#apply.plan;
  }

  /** Whether it takes bytes. It does not if it failed or an earlier apply sent them already. */
  get wantsBytes(): boolean {
    return !this.failed && !this.#apply.staged.verifyOnly;
  }

  /** Resolves once the current attempt has ended, well or not. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  get failed(): boolean {
    return this.#apply.failure !== undefined;
  }

  /** Makes the image. Never throws: a failure is this region's. */
  async begin(): Promise<void> {
    try {
      await this.#apply.stage();
    } catch (reason) {
      this.fail(reason);
    }
  }

  /** What takes the bytes of the read that begins now. */
  attempt(): Attempt {
    const number = this.#attempts;
    const isCurrent = (): boolean => number === this.#attempts;
    return {
      write: (piece) => this.#write(piece),
      fail: (reason) => {
        if (isCurrent()) this.fail(reason);
      },
      finish: async () => {
        if (isCurrent()) await this.#finish();
      },
    };
  }

  fail(reason: unknown): void {
    this.#apply.fail(reason);
    this.#upload?.destroy(reason);
    this.#over.resolve(undefined);
  }

  /**
   * Tries to go on after a failure that leaves the state of the image open, or after a token expired. Returns true if
   * the bytes have to be sent again. An image that became active anyway is compared next.
   */
  async reopen(): Promise<boolean> {
    const { failure, region, context } = this.#apply;
    if (failure === undefined || !this.#maySendAgain) return false;
    this.#attempts += 1;
    this.#over = Promise.withResolvers();
    const renewed = Failure.is(failure.reason, 'token-refused');
    const { status: answered } = toFailure(failure.reason);
    if (!renewed)
      context.emit({ type: 'lost', plan: this.plan.id, ...(answered === undefined ? {} : { status: answered }) });
    try {
      const status = (await waitUntilIdle(region.images, this.#apply.staged.image.id, context.signal))?.status;
      if (status !== 'queued' && status !== 'active') return false;
      context.log.warn(`${this.plan.place.region}: ${toFailure(failure.reason).explain()} The image is ${status}.`);
      this.#apply.retry();
      if (status === 'active') return false;
      this.#opening = { renewed };
      return true;
    } catch (reason) {
      // The reason for having no new token says more than the end of the old one.
      if (renewed) this.#apply.retry();
      this.fail(reason);
      return false;
    }
  }

  /** Verifies, publishes and retires, or cleans up after a failure. Never throws. */
  async complete(digests: Digests, source: SourceDigests): Promise<ApplyResult> {
    return this.#apply.end({
      publish: () => this.#verifyAndPublish(digests, source),
      left: (staged, unfinished) => this.#left(staged, unfinished),
      known: () => this.#known(digests),
    });
  }

  /** Opens the upload with the first piece: Glance would give up on one that has to wait for its bytes. */
  async #write(piece: Uint8Array): Promise<void> {
    const upload = await this.#opened();
    const { context } = this.#apply;
    context.signal?.throwIfAborted();
    await Promise.race([upload.write(piece), upload.refused]);
    this.#sent += piece.length;
    context.emit({ type: 'progress', plan: this.plan.id, sent: this.#sent, total: this.#size });
  }

  async #finish(): Promise<void> {
    if (this.#upload === undefined || this.failed) return;
    try {
      await this.#upload.finish();
      this.#stored = true;
      this.#over.resolve(undefined);
    } catch (reason) {
      this.fail(reason);
    }
  }

  get #maySendAgain(): boolean {
    const { isStaged, failure } = this.#apply;
    return isStaged && (Failure.is(failure?.reason, 'token-refused') || isUncertain(failure?.reason));
  }

  async #opened(): Promise<ImageUpload> {
    if (this.#opening === undefined && this.#upload !== undefined) return this.#upload;
    const { staged, region, context } = this.#apply;
    const { renewed = false } = this.#opening ?? {};
    this.#sent = 0;
    this.#apply.enter('uploading');
    const { stall: stallTimeout } = timeoutsOf(this.plan.definition);
    const store = this.plan.stores?.uploadTo;
    const options = {
      stallTimeout,
      renewed,
      ...(context.signal === undefined ? {} : { signal: context.signal }),
      ...(store === undefined ? {} : { store }),
    };
    const upload = await region.images.upload(staged.image.id, this.#size, options);
    // `write` handles it. Without a listener, an early answer between two pieces would be an unhandled rejection.
    upload.refused.catch(() => undefined);
    this.#upload = upload;
    this.#opening = undefined;
    // It may have failed meanwhile, with all the others.
    const { failure } = this.#apply;
    if (failure !== undefined) upload.destroy(failure.reason);
    return upload;
  }

  async #verifyAndPublish(sent: Digests, source: SourceDigests): Promise<ApplyResult> {
    const { context } = this.#apply;
    this.#apply.enter('verifying');
    const live = await activeImage(this.#apply, this.#apply.staged.image.id);
    const algorithm = provingAlgorithm(live);
    const digests = Object.hasOwn(sent, algorithm) ? sent : { ...sent, ...(await source.with(algorithm)) };
    const verification = verify(live, this.#size, digests);
    this.#verification = verification;
    context.emit({ type: 'digests', plan: this.plan.id, digests: verification.pairs });
    if (verification.verdict === 'mismatch' && this.plan.definition.arguments.verify_checksum !== false) {
      await source.checkSent(digests);
      throw mismatch(this.plan, live, this.#size, verification);
    }
    const { verdict } = verification;
    // Of equal bytes the MD5 is the same, whoever computed it.
    const proven = verification.verified.multihash === true && live.checksum !== null ? { md5: live.checksum } : {};
    const filled = { live, sent: sentMark(this.plan, this.#size, { ...proven, ...digests }), verdict, distribute };
    return this.#apply.publish(filled, this.#known(digests));
  }

  async #left({ image: { id }, verifyOnly, disposable }: StagedImage, unfinished: Unfinished): Promise<Left> {
    // Keeps bytes that an earlier apply sent, unless they proved wrong.
    if (verifyOnly && this.#verification === undefined) return { kind: 'filled', id, by: 'an earlier apply' };
    if (!disposable) return { kind: 'staged', id };
    return takeAway(id, (now) => this.#isOurs(now, verifyOnly), unfinished);
  }

  /**
   * Whether the image holds only data of this upload: it has what Glance confirmed, or still takes it. While no answer came,
   * Glance may be taking somebody else's data, and have refused ours.
   */
  #isOurs({ status }: LiveImage, verifyOnly: boolean): boolean {
    if (status === 'queued') return true;
    if (status === 'active') return this.#stored || (this.#verification !== undefined && verifyOnly);
    const reason = this.#apply.failure?.reason;
    return this.#upload !== undefined && !Failure.is(reason, 'conflict') && !isUncertain(reason);
  }

  #known(digests: Digests): Pick<ApplyResult, 'verified' | 'digests' | 'bytesSent'> {
    const { verified = NOTHING_VERIFIED, pairs = digestPairs(digests, undefined) } = this.#verification ?? {};
    return { verified, digests: pairs, bytesSent: this.#sent };
  }
}

/** Returns the image once it is active. Some clouds work on it first. */
async function activeImage({ region, context }: PlanWork, id: string): Promise<LiveImage> {
  // One that is gone is asked for once more: its failure says so.
  const live =
    (await waitUntilIdle(region.images, id, context.signal)) ?? (await region.images.get(id, context.signal));
  if (live.status === 'active') return live;
  throw new Failure('image-not-active', `The image ${id} is "${live.status}" after its upload, not active.`, {
    region: region.images.region,
    next: 'Give the operator of the cloud the request id.',
  });
}

function mismatch(plan: Plan, live: LiveImage, size: number, verification: Verification): Failure {
  const facts = differences(verification, live, size).map(
    ({ what, here, cloud }) => `${what}: sent ${here}, the cloud has ${cloud}`,
  );
  const what = plan.definition.arguments.name;
  return new Failure(
    'checksum-mismatch',
    `The data that ${plan.place.region} stored for "${what}" is not what was sent (${facts.join('; ')}).`,
    {
      region: plan.place.region,
      next: 'Apply again. If it happens again, the network or the storage of the cloud corrupts data.',
    },
  );
}
