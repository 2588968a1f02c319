import { timeoutsOf } from '../../../definition/definition.ts';
import { Failure, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageUpload } from '../../../glance/service.ts';
import type { Digests } from '../../../source/ports.ts';
import type { PieceConsumer } from '../../../source/read-once.ts';
import type { Left } from '../../model/left.ts';
import type { StateMark } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyRegion } from '../context.ts';
import { idsOf, leftOfPublishing, leftOfStaging, serve, takeAway, type StagedWork } from './finish-staged.ts';
import { sentMark } from '../replace/publish.ts';
import { failedResult } from '../result.ts';
import { settle } from '../settle.ts';
import { spread, spreadResult } from '../sharing/spread.ts';
import { stage, type StagedImage } from './staging.ts';
import { TimeLimit } from '../time-limit.ts';
import { isUncertain } from '../uncertain.ts';
import { watched, type Write } from '../writes.ts';
import { digestPairs, NOTHING_VERIFIED, verify, type Verification } from './verify.ts';
import type { ApplyResult, Phase } from '../../model/result.ts';

/** The way of one plan's bytes into one region: stage, send, verify, publish, retire the predecessor. */
export class Transfer implements PieceConsumer {
  readonly plan: Plan;
  readonly #region: ApplyRegion;
  readonly #context: ApplyContext;
  readonly #state: StateMark;
  readonly #size: number;
  readonly #limit: TimeLimit;
  /** What this transfer makes and changes. */
  readonly #writes: Write[] = [];
  #staged: StagedImage | undefined;
  #upload: ImageUpload | undefined;
  /** Glance said that it has all of the data that was sent. */
  #stored = false;
  #sent = 0;
  #failure: { readonly reason: unknown } | undefined;
  readonly #stopped = Promise.withResolvers<undefined>();
  /** What the cloud has, as compared with what was sent. */
  #compared: Verification | undefined;
  /** Set once the verified image is on its way to being published: from then on it is kept, whatever happens. */
  #verification: Verification | undefined;

  constructor(plan: Plan, size: number, region: ApplyRegion, run: string, context: ApplyContext) {
    this.plan = plan;
    this.#size = size;
    this.#region = { ...region, images: watched(region.images, this.#writes) };
    // By this time others judge when the transfer may be taken over, and its limit is counted from now as well.
    this.#state = { run, started: context.now().toISOString(), phase: 'staging' };
    this.#limit = new TimeLimit(plan, context);
    this.#context = { ...context, signal: this.#limit.signal };
  }

  /** Whether it takes bytes: not if it failed, nor if an earlier apply sent them already. */
  get wantsBytes(): boolean {
    return this.#failure === undefined && this.#staged?.verifyOnly === false;
  }

  /** Settles as soon as it has failed in a way that sending again can't mend. */
  get stopped(): Promise<undefined> {
    return this.#stopped.promise;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Makes the image and opens the upload. Never throws: a failure is this region's. */
  async begin(): Promise<void> {
    try {
      this.#phase('staging');
      this.#staged = await stage(this.plan, this.#region, this.#state, this.#context);
      if (!this.#staged.verifyOnly) await this.#open();
    } catch (reason) {
      this.fail(reason);
    }
  }

  async write(piece: Uint8Array): Promise<void> {
    const upload = this.#upload;
    if (upload === undefined) throw new Failure('unexpected', 'A piece came before its upload was open.');
    this.#context.signal?.throwIfAborted();
    await Promise.race([upload.write(piece), upload.refused]);
    this.#sent += piece.length;
    this.#context.emit({ type: 'progress', plan: this.plan.id, sent: this.#sent, total: this.#size });
  }

  fail(reason: unknown): void {
    // Where the time was over, that is why everything else failed.
    this.#failure ??= { reason: this.#limit.passed ?? reason };
    this.#upload?.destroy(reason);
    if (!this.#maySendAgain) this.#stopped.resolve(undefined);
  }

  /** Ends the body, and finds out what came of it where the answer was lost. Never throws. */
  async finish(): Promise<void> {
    if (this.#upload === undefined) return;
    try {
      if (this.#failure !== undefined) return;
      await this.#upload.finish();
      this.#stored = true;
    } catch (reason) {
      this.fail(reason);
    }
  }

  /**
   * After a failure that says nothing certain about the image, or a token that had ended: true if the bytes may be sent
   * again to it, with a new upload open; an image that became active after all goes on to be compared.
   */
  async reopen(): Promise<boolean> {
    const failure = this.#failure;
    if (failure === undefined || this.#staged === undefined || !this.#maySendAgain) return false;
    const renewed = Failure.is(failure.reason, 'token-refused');
    try {
      const status = await settle(this.#region.images, this.#staged.image.id, this.#context.signal);
      if (status !== 'queued' && status !== 'active') return false;
      this.#context.log.warn(
        `${this.plan.place.region}: ${toFailure(failure.reason).explain()} The image is ${status}.`,
      );
      this.#failure = undefined;
      if (status === 'active') return false;
      await this.#open(renewed);
      return true;
    } catch (reason) {
      // Why there is no other token says more than that the last one had ended.
      if (renewed) this.#failure = undefined;
      this.fail(reason);
      return false;
    }
  }

  /** Verifies, publishes, retires; or cleans up after the failure. Never throws. */
  async complete(digests: Digests, digestsFor: (algorithm: string) => Promise<Digests>): Promise<ApplyResult> {
    try {
      if (this.#failure !== undefined) throw this.#failure.reason;
      return await this.#verifyAndPublish(digests, digestsFor);
    } catch (reason) {
      this.fail(reason);
      return await this.#cleanUp(this.#failure?.reason ?? reason, digests);
    } finally {
      this.#limit.end();
    }
  }

  get #maySendAgain(): boolean {
    const { reason } = this.#failure ?? {};
    return this.#staged !== undefined && (Failure.is(reason, 'token-refused') || isUncertain(reason));
  }

  async #open(renewed = false): Promise<void> {
    const staged = this.#need();
    this.#sent = 0;
    this.#phase('uploading');
    const { signal } = this.#context;
    const { stall: stallTimeout } = timeoutsOf(this.plan.definition);
    const store = this.plan.stores?.uploadTo;
    const options = {
      stallTimeout,
      renewed,
      ...(signal === undefined ? {} : { signal }),
      ...(store === undefined ? {} : { store }),
    };
    this.#upload = await this.#region.images.upload(staged.id, this.#size, options);
    // Looked at by `write`; without a listener an early answer between two pieces would count as unhandled.
    this.#upload.refused.catch(() => undefined);
  }

  async #verifyAndPublish(sent: Digests, digestsFor: (algorithm: string) => Promise<Digests>): Promise<ApplyResult> {
    this.#phase('verifying');
    const staged = this.#need();
    const live = await activeImage(this.#region, staged.id, this.#context);
    const algorithm = live.os_hash_algo;
    const digests =
      algorithm === null || Object.hasOwn(sent, algorithm) ? sent : { ...sent, ...(await digestsFor(algorithm)) };
    const verification = verify(live, this.#size, digests);
    this.#compared = verification;
    this.#context.emit({ type: 'digests', plan: this.plan.id, digests: verification.pairs });
    if (verification.verdict === 'mismatch' && this.plan.definition.arguments.verify_checksum !== false) {
      throw mismatch(this.plan, live, this.#size, verification);
    }
    this.#verification = verification;
    const { live: spreadImage, failures } = await spread(this.plan, live, this.#region, this.#context);
    const sentNow = sentMark(this.plan, this.#size, digests);
    const verified = verification.verdict === 'verified';
    const known = await serve(this.#work(), spreadImage, { sent: sentNow, verified });
    const status = verified ? 'done' : 'unverified';
    return spreadResult(this.plan, status, failures, { ...this.#known(verification), ...known });
  }

  /** Takes a staged image away that holds nothing of worth, and says what is left where. */
  async #cleanUp(reason: unknown, digests: Digests): Promise<ApplyResult> {
    const nothing = {
      verified: NOTHING_VERIFIED,
      pairs: digestPairs(digests, undefined),
      verdict: 'unverified',
    } as const;
    return failedResult(this.plan, reason, await this.#left(reason), this.#known(this.#compared ?? nothing));
  }

  async #left(reason: unknown): Promise<Left> {
    const unfinished = { reason, state: this.#state, region: this.#region, writes: this.#writes };
    if (this.#staged === undefined) return leftOfStaging(unfinished);
    const { image, verifyOnly, disposable } = this.#staged;
    const { id } = image;
    if (this.#verification !== undefined) return leftOfPublishing(id, unfinished);
    // Bytes that an earlier apply sent are worth keeping, unless they were found to be wrong.
    if (verifyOnly && this.#compared === undefined) return { kind: 'filled', id, by: 'an earlier apply' };
    if (!disposable) return { kind: 'staged', id };
    return takeAway(id, (now) => this.#isOurs(now), unfinished);
  }

  /** Whether nobody else has sent data to the image: Glance has what it said to have taken, or takes what this sends. */
  #isOurs({ status }: LiveImage): boolean {
    if (status === 'queued') return true;
    if (status === 'active') return this.#stored || (this.#compared !== undefined && this.#staged?.verifyOnly === true);
    return this.#upload !== undefined && !Failure.is(this.#failure?.reason, 'conflict');
  }

  #known({ verified, pairs }: Verification): Partial<ApplyResult> {
    return { ...idsOf(this.plan, this.#staged), verified, digests: pairs, bytesSent: this.#sent };
  }

  #work(): StagedWork {
    if (this.#staged === undefined) throw new Failure('unexpected', 'The transfer has no image yet.');
    const { plan } = this;
    return { plan, staged: this.#staged, state: this.#state, region: this.#region, context: this.#context };
  }

  #need(): LiveImage {
    return this.#work().staged.image;
  }

  #phase(phase: Phase): void {
    const id = this.#staged?.image.id;
    this.#context.emit({ type: 'phase', plan: this.plan.id, phase, ...(id === undefined ? {} : { imageId: id }) });
  }
}

/** After an upload the image is active; a cloud that works on it first is waited for. */
async function activeImage(region: ApplyRegion, id: string, context: ApplyContext): Promise<LiveImage> {
  const status = await settle(region.images, id, context.signal);
  const live = await region.images.get(id, context.signal);
  if (live.status === 'active') return live;
  throw new Failure(
    'image-not-active',
    `The image ${id} is "${status ?? live.status}" after its upload instead of active.`,
    {
      region: region.images.region,
      next: 'Ask the operator of the cloud what became of it, with the request id.',
    },
  );
}

function mismatch(plan: Plan, live: LiveImage, size: number, { verified, pairs }: Verification): Failure {
  const facts = [
    verified.size === false ? `size: sent ${size}, the cloud has ${String(live.size)}` : undefined,
    ...pairs
      .filter(({ here, cloud }) => here !== null && cloud !== null && here !== cloud)
      .map(({ algorithm, here, cloud }) => `${algorithm}: sent ${String(here)}, the cloud has ${String(cloud)}`),
  ].filter((fact) => fact !== undefined);
  const what = plan.definition.arguments.name;
  return new Failure(
    'checksum-mismatch',
    `What ${plan.place.region} stored for "${what}" is not what was sent (${facts.join('; ')}).`,
    {
      region: plan.place.region,
      next: 'Apply again; if it happens again, the way to the cloud or its storage damages data.',
    },
  );
}
