import { Failure, isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { copyProgress } from '../../../glance/stores.ts';
import { addressOf } from '../../../definition/source.ts';
import { readAddress } from '../../../source/url/address.ts';
import { isConverted } from '../../sources/bytes.ts';
import type { Left } from '../../model/left.ts';
import { readMarks, type StateMark } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import { unverifiable } from '../../planning/web-download.ts';
import type { RegionBytes } from './agreement.ts';
import { awaitImport } from './await-import.ts';
import type { ApplyContext, ApplyRegion } from '../context.ts';
import { idsOf, leftOfPublishing, leftOfStaging, serve, takeAway, type StagedWork } from './finish-staged.ts';
import { hasSameBytes, keepLive } from './keep-live.ts';
import { sentMark, takenOver } from '../replace/publish.ts';
import { failedResult } from '../result.ts';
import { spread, spreadResult } from '../sharing/spread.ts';
import { claim, stage, stageAnew, type StagedImage } from './staging.ts';
import { notCopied } from '../sharing/store-copies.ts';
import { TimeLimit } from '../time-limit.ts';
import { isUncertain } from '../uncertain.ts';
import { watched, type Write } from '../writes.ts';
import { digestPairs, NOTHING_VERIFIED, verify, type Verification } from './verify.ts';
import type { Answered } from '../../../http/answers.ts';
import type { ApplyError, ApplyResult, Phase } from '../../model/result.ts';
import type { RemoteFacts } from '../../../source/source-facts.ts';

/** One region's image that Glance fills by itself: stage, have it fetched, verify, publish, retire the predecessor. */
export class WebDownload {
  readonly plan: Plan;
  readonly #region: ApplyRegion;
  readonly #context: ApplyContext;
  readonly #state: StateMark;
  readonly #limit: TimeLimit;
  /** What this download makes and changes. */
  readonly #writes: Write[] = [];
  #staged: StagedImage | undefined;
  /** Glance is at work on the image, or may be: nobody can stop it. */
  #goesOn = false;
  #live: LiveImage | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #verification: Verification | undefined;
  /** Set once the image is on its way to being published: from then on it is kept, whatever happens. */
  #keeps = false;

  constructor(plan: Plan, region: ApplyRegion, run: string, context: ApplyContext) {
    this.plan = plan;
    this.#region = { ...region, images: watched(region.images, this.#writes) };
    this.#state = { run, started: context.now().toISOString(), phase: 'staging' };
    this.#limit = new TimeLimit(plan, context);
    this.#context = { ...context, signal: this.#limit.signal };
  }

  /** Has the image made and filled. Returns what the region has then; `undefined` where it failed. Never throws. */
  async fetch(): Promise<RegionBytes | undefined> {
    try {
      this.#phase('staging');
      const staged = await stage(this.plan, this.#region, this.#state, this.#context);
      this.#staged = staged;
      const live = await this.#filled(staged);
      this.#live = live;
      this.#verification = this.#compare(live);
      this.#context.emit({ type: 'digests', plan: this.plan.id, digests: this.#verification.pairs });
      if (this.#verification.verdict === 'mismatch' && this.#compares)
        throw mismatch(this.plan, live, this.#verification);
      const proven = this.#verification.verdict === 'verified';
      return { region: this.plan.place.region, live, proven };
    } catch (reason) {
      this.#fail(reason);
      return undefined;
    }
  }

  /**
   * Publishes and retires; or cleans up after the failure. Never throws.
   *
   * @param odd why this region's bytes are not those of the others
   * @param agreeing the regions whose bytes are equal, where there are several
   */
  async complete(odd: Failure | undefined, agreeing: readonly string[] | undefined): Promise<ApplyResult> {
    try {
      if (this.#failure !== undefined) throw this.#failure.reason;
      if (odd !== undefined && this.#compares) throw odd;
      return await this.#publish(agreeing);
    } catch (reason) {
      this.#fail(reason);
      return await this.#cleanUp(this.#failure?.reason ?? reason);
    } finally {
      this.#limit.end();
    }
  }

  get #compares(): boolean {
    return this.plan.definition.arguments.verify_checksum !== false;
  }

  #fail(reason: unknown): void {
    // Where the time was over, that is why everything else failed.
    this.#failure ??= { reason: this.#limit.passed ?? reason };
  }

  /** The image with its data, which an earlier apply may have asked for. */
  async #filled(staged: StagedImage): Promise<LiveImage> {
    const { image, verifyOnly, importing } = staged;
    const { images } = this.#region;
    if (verifyOnly && importing !== true) {
      this.#phase('verifying');
      return images.get(image.id, this.#context.signal);
    }
    this.#phase('importing');
    this.#goesOn = true;
    const requestId = importing === true ? undefined : await this.#start(image.id);
    try {
      const asked = importing === true ? 'by an earlier apply' : 'now';
      const live = await awaitImport(this.plan, image.id, requestId, this.#region, this.#context, asked);
      this.#goesOn = false;
      this.#phase('verifying');
      // Nothing could be written before: an image that Glance filled for an earlier apply is that one's still.
      return importing === true ? await this.#claim(live) : live;
    } catch (reason) {
      if (Failure.is(reason) && ENDED.has(reason.code)) this.#goesOn = false;
      if (!Failure.is(reason, 'apply-stuck') || !this.#context.recoverStuck) throw reason;
      this.#staged = await stageAnew(this.plan, staged, this.#region, this.#state, this.#context);
      this.#goesOn = false;
      return this.#filled(this.#staged);
    }
  }

  #claim(live: LiveImage): Promise<LiveImage> {
    const marks = readMarks(live);
    if (marks?.state?.phase !== 'staging') throw takenOver(live.id, this.#region);
    return claim(live, { ...marks, state: this.#state }, [], this.#region, this.#context);
  }

  /** Has Glance begin; returns the request id. Where the answer is lost, the image says whether it did. */
  async #start(id: string): Promise<string | undefined> {
    try {
      return (await this.#ask(id)).requestId;
    } catch (reason) {
      if (isAbort(reason)) throw reason;
      if (isUncertain(reason)) {
        if (await this.#isFilled(id)) return undefined;
        if ((await this.#region.images.find(id, this.#context.signal)) !== undefined)
          return (await this.#ask(id)).requestId;
      }
      // A lock on the image is that of an import that somebody else began meanwhile: it goes on, and the image is theirs to fill.
      if (Failure.is(reason, 'conflict') && (await this.#isFilled(id))) throw reason;
      this.#goesOn = false;
      throw refusedAddress(this.plan, reason);
    }
  }

  async #isFilled(id: string): Promise<boolean> {
    const image = await this.#region.images.find(id, this.#context.signal);
    return image !== undefined && (copyProgress(image).running || image.status !== 'queued');
  }

  #ask(id: string): Promise<Answered<void>> {
    const { signal } = this.#context;
    const stores = this.plan.stores?.stores;
    return this.#region.images.imports.start(id, {
      method: { name: 'web-download', uri: readAddress(addressOf(this.plan.definition)?.url ?? '').url },
      ...(stores === undefined ? {} : { stores }),
      // A store that fails shall not cost the others their data.
      ...(stores === undefined || stores.length < 2 ? {} : { allStoresMustSucceed: false }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Of bytes that the cloud converted nothing can be compared. */
  #compare(live: LiveImage): Verification {
    const { size, digests = {} } = this.#remote();
    if (isConverted(live, this.plan.definition.arguments))
      return { verified: NOTHING_VERIFIED, pairs: digestPairs({}, live), verdict: 'unverified' };
    return verify(live, size, digests);
  }

  async #publish(agreeing: readonly string[] | undefined): Promise<ApplyResult> {
    const work = this.#work();
    const live = this.#live ?? work.staged.image;
    const verification = this.#verification ?? this.#compare(live);
    const status = verification.verdict === 'verified' ? 'done' : 'unverified';
    const unproven = status === 'done' ? [] : [this.#notVerified(live, agreeing)];
    const known = { ...this.#known(), verified: verification.verified, digests: verification.pairs };
    if (this.plan.live !== undefined && hasSameBytes(this.plan, live)) {
      const kept = await keepLive(work, this.plan.live);
      if (kept.status !== 'done' && kept.status !== 'unchanged') return kept;
      const { replacedImageId: _none, ...ids } = known;
      const warnings = [...unproven, ...(kept.warnings ?? [])];
      return { ...kept, ...ids, status, imageId: this.plan.live.id, warnings };
    }
    this.#keeps = true;
    const { live: spreadImage, failures } = await this.#spread(live);
    const sent = sentMark(this.plan, this.#remote().size, this.#remote().digests ?? {});
    const { warnings = [], ...served } = await serve(work, spreadImage, { sent, verified: status === 'done' });
    return spreadResult(this.plan, status, failures, { ...known, ...served, warnings: [...unproven, ...warnings] });
  }

  /** Stores that Glance could not fill are not tried again by a copy, which is mostly an administrator's right. */
  async #spread(live: LiveImage): ReturnType<typeof spread> {
    const { stores } = this.plan;
    const failed = copyProgress(live).failed.filter((store) => stores?.stores.includes(store) === true);
    if (stores === undefined || failed.length === 0) return spread(this.plan, live, this.#region, this.#context);
    const rest = {
      ...this.plan,
      stores: { ...stores, stores: stores.stores.filter((store) => !failed.includes(store)) },
    };
    const { live: spreadImage, failures } = await spread(rest, live, this.#region, this.#context);
    return {
      live: spreadImage,
      failures: [await notCopied(live.id, failed, this.#region, this.#context), ...failures],
    };
  }

  #notVerified(live: LiveImage, agreeing: readonly string[] | undefined): ApplyError {
    const { definition } = this.plan;
    const { disk_format: disk, container_format: container, image_source_checksum: checksum } = definition.arguments;
    const converted = `The cloud converted the data (${disk}, ${container} became ${String(live.disk_format)}, ${String(live.container_format)}), so that its hash is not that of the source.`;
    const why = isConverted(live, definition.arguments)
      ? converted
      : (unverifiable(definition, this.#remote()) ?? 'The cloud reports no hash that could be compared.');
    const alike = agreeing === undefined ? '' : ` ${agreeing.join(' and ')} have the same bytes.`;
    const argument = checksum === undefined ? 'web_download' : 'image_source_checksum';
    return { code: 'not-verified', message: `Not verified: ${why}${alike}`, argument };
  }

  /** Takes a staged image away that holds nothing of worth. What Glance is still at work on is left: it can't be stopped. */
  async #cleanUp(reason: unknown): Promise<ApplyResult> {
    return failedResult(this.plan, reason, await this.#left(reason), this.#known());
  }

  async #left(reason: unknown): Promise<Left> {
    const unfinished = { reason, state: this.#state, region: this.#region, writes: this.#writes };
    if (this.#staged === undefined) return leftOfStaging(unfinished);
    const { id } = this.#staged.image;
    if (this.#goesOn) return { kind: 'filling', id };
    if (this.#keeps) return leftOfPublishing(id, unfinished);
    const wrong = Failure.is(reason, 'checksum-mismatch') || Failure.is(reason, 'regions-differ');
    if (this.#live !== undefined && !wrong) return { kind: 'filled', id, by: 'Glance' };
    const isAnothers = this.#staged.importing === true && this.#live === undefined;
    if (isAnothers || !this.#staged.disposable) return { kind: 'staged', id };
    // Data that Glance did not fetch for this apply is somebody else's.
    return takeAway(id, ({ status }) => status === 'queued' || this.#live !== undefined, unfinished);
  }

  #known(): Partial<ApplyResult> {
    const pairs = this.#verification?.pairs ?? [];
    const verified = this.#verification?.verified ?? NOTHING_VERIFIED;
    return { ...idsOf(this.plan, this.#staged), verified, digests: pairs, bytesSent: 0 };
  }

  #remote(): RemoteFacts {
    if (this.plan.remote === undefined) throw new Failure('unexpected', 'The plan has no source for Glance to fetch.');
    return this.plan.remote;
  }

  #work(): StagedWork {
    if (this.#staged === undefined) throw new Failure('unexpected', 'The image is not made yet.');
    const { plan } = this;
    return { plan, staged: this.#staged, state: this.#state, region: this.#region, context: this.#context };
  }

  #phase(phase: Phase): void {
    const id = this.#staged?.image.id;
    this.#context.emit({ type: 'phase', plan: this.plan.id, phase, ...(id === undefined ? {} : { imageId: id }) });
  }
}

/** Failures after which Glance is not at work on the image any more, or has never begun. */
const ENDED: ReadonlySet<string> = new Set(['import-failed', 'import-not-started', 'image-gone']);

/** What Glance's filter says is explained: an operator sets it, and most refuse private addresses and uncommon ports. */
function refusedAddress({ remote, place }: Plan, reason: unknown): unknown {
  const failure = toFailure(reason);
  if (failure.status !== 400 || !/does not pass filtering/i.test(failure.message)) return reason;
  return new Failure(
    'web-download-refused',
    `Glance in ${place.region} does not fetch from ${remote?.name ?? 'this address'}: its filter for web downloads refuses it.`,
    {
      region: place.region,
      status: failure.status,
      ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
      next: 'Use an http or https address on port 80 or 443 that is not private, have the operator allow this one, or remove "web_download".',
    },
  );
}

function mismatch(plan: Plan, live: LiveImage, { verified, pairs }: Verification): Failure {
  const { size, name } = plan.remote ?? {};
  const facts = [
    verified.size === false ? `size: the source has ${String(size)}, the cloud ${String(live.size)}` : undefined,
    ...pairs
      .filter(({ here, cloud }) => here !== null && cloud !== null && here !== cloud)
      .map(({ algorithm, here, cloud }) => `${algorithm}: should be ${String(here)}, the cloud has ${String(cloud)}`),
  ].filter((fact) => fact !== undefined);
  return new Failure(
    'checksum-mismatch',
    `What ${plan.place.region} fetched from ${name ?? 'the source'} is not what it should be (${facts.join('; ')}).`,
    {
      region: plan.place.region,
      next: 'Apply again, or correct "image_source_checksum" if the source was published anew.',
    },
  );
}
