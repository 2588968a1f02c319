import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { Left } from '../../model/left.ts';
import type { Phase } from '../../model/phases.ts';
import type { ApplyError, ApplyResult } from '../../model/result.ts';
import type { SentMark, StateMark } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, ApplyRegion, PlanWork } from '../context.ts';
import { publish } from '../replace/publish.ts';
import { retire } from '../replace/retire.ts';
import { failedResult } from '../result.ts';
import { distributedResult } from '../sharing/distribute.ts';
import type { Stored } from '../sharing/store-copies.ts';
import { TimeLimit } from '../time-limit.ts';
import { watched, type Write } from '../writes.ts';
import { leftOfPublishing, leftOfStaging, type Unfinished } from './left-behind.ts';
import { discardStaged } from './resume.ts';
import type { StagedImage } from './staged-image.ts';
import { stage } from './staging.ts';
import type { Verification } from './verify.ts';

/** How a staged image gets its bytes: where an upload and a web download differ. */
export interface Filling {
  /** Verifies the bytes, unless that is done, and publishes the image. */
  publish(): Promise<ApplyResult>;
  /** What is left of a staged image that is not on its way to being published. */
  left(staged: StagedImage, unfinished: Unfinished): Promise<Left>;
  /** What is known of the bytes. */
  known(): Pick<ApplyResult, 'verified' | 'digests' | 'bytesSent'>;
}

/** An image that has its bytes. */
export interface FilledImage {
  readonly live: LiveImage;
  readonly sent: SentMark | undefined;
  readonly verdict: Verification['verdict'];
  /** Brings it to its stores and members. */
  readonly distribute: (work: PlanWork, live: LiveImage) => Promise<Stored>;
  readonly warnings?: readonly ApplyError[];
}

/**
 * The apply of one plan that needs a new image in its region: stage, fill, verify, distribute, publish, retire the predecessor.
 * Whoever fills the image does that between `stage` and `end`.
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
  /** From then on the image is kept, whatever happens. */
  #publishing = false;

  constructor(plan: Plan, region: ApplyRegion, run: string, context: ApplyContext) {
    this.plan = plan;
    this.region = { ...region, images: watched(region.images, this.#writes) };
    // By this time others judge when the image may be taken over, and the limit is counted from now as well.
    this.state = { run, started: context.now().toISOString(), phase: 'staging' };
    this.#limit = new TimeLimit(plan, context);
    this.context = { ...context, signal: this.#limit.signal };
  }

  /** The image that takes the bytes. Throws before `stage` has made it. */
  get staged(): StagedImage {
    if (this.#staged === undefined) throw new Failure('unexpected', 'The image is not made yet.');
    return this.#staged;
  }

  get isStaged(): boolean {
    return this.#staged !== undefined;
  }

  /** Why it failed; the first reason counts. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#failure;
  }

  /** Throws as `stage` in staging.ts. */
  async stage(): Promise<StagedImage> {
    this.enter('staging');
    this.#staged = await stage(this, (leftover) => this.#leftovers.push(leftover));
    return this.#staged;
  }

  fail(reason: unknown): void {
    // Where the time was over, that is why everything else failed.
    this.#failure ??= { reason: this.#limit.passed ?? reason };
  }

  /** Deletes what an earlier apply left after all, and stages another image. Throws as `stage`. */
  async stageAnew(): Promise<StagedImage> {
    await discardStaged(this, this.staged.image);
    return this.stage();
  }

  /** The bytes are sent once more. */
  retry(): void {
    this.#failure = undefined;
  }

  enter(phase: Phase): void {
    const id = this.#staged?.image.id;
    this.context.emit({ type: 'phase', plan: this.plan.id, phase, ...(id === undefined ? {} : { imageId: id }) });
  }

  /** Ends the apply: publishes the image, or cleans up after the failure. Never throws. */
  async end(filling: Filling): Promise<ApplyResult> {
    try {
      if (this.#failure !== undefined) throw this.#failure.reason;
      const result = await filling.publish();
      return this.#withLeftovers(result);
    } catch (thrown) {
      this.fail(thrown);
      const reason = this.#failure?.reason ?? thrown;
      const left = await this.#left(filling, reason);
      return this.#withLeftovers(failedResult(this.plan, reason, left, { ...this.#ids(), ...filling.known() }));
    } finally {
      this.#limit.end();
    }
  }

  /** Brings a verified image to its stores and members, publishes it, and retires what it replaces. */
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

  /** However it ended, what stays of earlier applies is named. */
  #withLeftovers(result: ApplyResult): ApplyResult {
    if (this.#leftovers.length === 0) return result;
    return { ...result, warnings: [...(result.warnings ?? []), ...this.#leftovers] };
  }

  async #left(filling: Filling, reason: unknown): Promise<Left> {
    const { region, state } = this;
    const unfinished = { region, state, reason, writes: this.#writes };
    if (this.#staged === undefined) return leftOfStaging(unfinished);
    if (this.#publishing) return leftOfPublishing(this.#staged.image.id, unfinished);
    return filling.left(this.#staged, unfinished);
  }

  /** The images that a result names. */
  #ids(): Pick<ApplyResult, 'imageId' | 'replacedImageId'> {
    const { plan } = this;
    return {
      ...(this.#staged === undefined ? {} : { imageId: this.#staged.image.id }),
      ...(plan.action === 'replace' && plan.live !== undefined ? { replacedImageId: plan.live.id } : {}),
    };
  }
}
