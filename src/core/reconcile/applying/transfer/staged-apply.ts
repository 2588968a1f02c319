import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { Left } from '../../model/left.ts';
import type { ApplyError, ApplyResult } from '../../model/result.ts';
import type { Phase } from '../../model/phases.ts';
import type { SentMark, StateMark } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyRegion, PlanWork } from '../context.ts';
import { publish } from '../replace/publish.ts';
import { retire } from '../replace/retire.ts';
import { failedResult } from '../result.ts';
import { distributedResult } from '../sharing/distribute.ts';
import type { Distributed } from '../sharing/store-copies.ts';
import { TimeLimit } from '../time-limit.ts';
import { watched, type Write } from '../writes.ts';
import { leftOfPublishing, leftOfStaging, type Unfinished } from './left-behind.ts';
import { discardStaged, type StagedImage } from './resume.ts';
import { stage } from './staging.ts';
import type { Verification } from './verify.ts';
import { bytesWarnings } from '../../planning/problems/flaw-problems.ts';

/** How a staged image gets its bytes. Uploads and web downloads differ in this. */
export interface Filling {
  /** Verifies the bytes, if that is still to be done, and publishes the image. */
  publish(): Promise<ApplyResult>;
  /** What is left of a staged image if it fails before publishing. */
  left(staged: StagedImage, unfinished: Unfinished): Promise<Left>;
  /** What the result says about the bytes. */
  known(): Pick<ApplyResult, 'verified' | 'digests' | 'bytesSent'>;
}

/** An image that has its bytes. */
export interface FilledImage {
  readonly live: LiveImage;
  readonly sent: SentMark | undefined;
  readonly verdict: Verification['verdict'];
  /** Copies it to its stores and shares it with its members. */
  readonly distribute: (work: PlanWork, live: LiveImage) => Promise<Distributed>;
  readonly warnings?: readonly ApplyError[];
}

/**
 * Carries out one plan that needs a new image: stage, fill, verify, distribute, publish, retire the predecessor. An
 * upload or a web download fills the image between `stage` and `end`.
 */
export class StagedApply implements PlanWork {
  readonly plan: Plan;
  readonly region: ApplyRegion;
  readonly state: StateMark;
  readonly context: ApplyContext;
  readonly #limit: TimeLimit;
  readonly #writes: Write[] = [];
  readonly #leftovers: ApplyError[] = [];
  #staged: StagedImage | undefined;
  #failure: { readonly reason: unknown } | undefined;
  /** Set once publishing begins. The image is kept from then on. */
  #publishing = false;

  constructor(plan: Plan, region: ApplyRegion, run: string, context: ApplyContext) {
    this.plan = plan;
    this.region = { ...region, images: watched(region.images, this.#writes) };
    // Other applies judge by this time when they may take over; the limit starts now as well.
    this.state = { run, started: context.now().toISOString(), phase: 'staging' };
    this.#limit = new TimeLimit(plan, context);
    this.context = { ...context, signal: this.#limit.signal };
  }

  /** The image that takes the bytes. Throws if it is not staged yet. */
  get staged(): StagedImage {
    if (this.#staged === undefined) throw new Failure('unexpected', 'The image is not made yet.');
    return this.#staged;
  }

  get isStaged(): boolean {
    return this.#staged !== undefined;
  }

  /** The first failure. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#failure;
  }

  /** Stages the image. Throws as `stage` in staging.ts. */
  async stage(): Promise<StagedImage> {
    this.enter('staging');
    this.#staged = await stage(this, (leftover) => this.#leftovers.push(leftover));
    return this.#staged;
  }

  fail(reason: unknown): void {
    // If the time was up, everything else failed because of that.
    this.#failure ??= { reason: this.#limit.passed ?? reason };
  }

  /** Deletes the image of an earlier apply and stages another one. Throws as `stage`. */
  async stageAnew(): Promise<StagedImage> {
    await discardStaged(this, this.staged.image);
    this.#staged = undefined;
    return this.stage();
  }

  /** Forgets the failure: the bytes are sent once more. */
  retry(): void {
    this.#failure = undefined;
  }

  enter(phase: Phase): void {
    const id = this.#staged?.image.id;
    this.context.emit({ type: 'phase', plan: this.plan.id, phase, ...(id === undefined ? {} : { imageId: id }) });
  }

  /** Publishes the image, or cleans up after a failure. Never throws. */
  async end(filling: Filling): Promise<ApplyResult> {
    try {
      if (this.#failure !== undefined) throw this.#failure.reason;
      const result = await filling.publish();
      return this.#withWarnings(result);
    } catch (thrown) {
      this.fail(thrown);
      const reason = this.#failure?.reason ?? thrown;
      const left = await this.#left(filling, reason);
      return this.#withWarnings(failedResult(this.plan, reason, left, { ...this.#ids(), ...filling.known() }));
    } finally {
      this.#limit.end();
    }
  }

  /** Distributes a verified image, publishes it and retires what it replaces. */
  async publish(
    { live, sent, verdict, distribute, warnings = [] }: FilledImage,
    known: Partial<ApplyResult>,
  ): Promise<ApplyResult> {
    this.#publishing = true;
    const { plan, region, state, context } = this;
    const verified = verdict === 'verified';
    const distributed = await distribute(this, live);
    this.enter('publishing');
    const { answer, refused } = await publish(this, distributed.live, { sent, verified });
    if (plan.action === 'replace') this.enter('retiring');
    const retired = await retire({ definition: plan.definition, region, state, context }, answer.value);
    const marksRefused = this.staged.marksRefused ?? refused;
    return distributedResult(plan, verified ? 'done' : 'unverified', distributed.failures, {
      ...this.#ids(),
      ...known,
      requestId: retired.successor.requestId === '' ? answer.requestId : retired.successor.requestId,
      live: retired.successor.value,
      warnings: [...warnings, ...retired.warnings, ...(marksRefused === undefined ? [] : [marksRefused])],
    });
  }

  /** Says what was found in the bytes and names what is left of earlier applies, whatever the outcome. */
  #withWarnings(result: ApplyResult): ApplyResult {
    const inBytes = bytesWarnings(this.plan).map(({ code, message }) => ({ code, message }));
    const more = [...inBytes, ...this.#leftovers];
    return more.length === 0 ? result : { ...result, warnings: [...(result.warnings ?? []), ...more] };
  }

  async #left(filling: Filling, reason: unknown): Promise<Left> {
    const { region, state } = this;
    const unfinished = { region, state, reason, writes: this.#writes };
    if (this.#staged === undefined) return leftOfStaging(unfinished);
    if (this.#publishing) return leftOfPublishing(this.#staged.image.id, unfinished);
    return filling.left(this.#staged, unfinished);
  }

  /** The ids for a result. */
  #ids(): Pick<ApplyResult, 'imageId' | 'replacedImageId'> {
    const { plan } = this;
    return {
      ...(this.#staged === undefined ? {} : { imageId: this.#staged.image.id }),
      ...(plan.action === 'replace' && plan.live !== undefined ? { replacedImageId: plan.live.id } : {}),
    };
  }
}
