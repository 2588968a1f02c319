import { Failure, isAbort, toFailure } from '../../../failure.ts';
import type { Answered } from '../../../http/answers.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { copyProgress } from '../../../glance/stores.ts';
import { addressOf } from '../../../definition/source.ts';
import type { RemoteFacts } from '../../../source/source-facts.ts';
import { readAddress } from '../../../source/url/address.ts';
import type { Left } from '../../model/left.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyError, ApplyResult } from '../../model/result.ts';
import { readMarks } from '../../ownership/marks.ts';
import { unverifiable } from '../../planning/web-download.ts';
import { isConverted } from '../../sources/bytes.ts';
import type { ApplyContext, ApplyRegion, PlanWork } from '../context.ts';
import { sentMark, takenOver } from '../replace/publish.ts';
import { distribute } from '../sharing/distribute.ts';
import { notCopied, type Distributed } from '../sharing/store-copies.ts';
import type { RegionBytes } from './agreement.ts';
import { awaitImport, isTakenForDead } from './await-import.ts';
import { takeAway, type Unfinished } from './left-behind.ts';
import { claim, type StagedImage } from './resume.ts';
import { StagedApply } from './staged-apply.ts';
import { isUnneeded, keepLiveImage } from './unneeded-replacement.ts';
import { differences, digestPairs, NOTHING_VERIFIED, verify, type Verification } from './verify.ts';
import { isUncertain } from '../writes.ts';

/** Has Glance fill the staged image of one region. */
export class WebDownload {
  readonly #apply: StagedApply;
  /** Whether Glance works on the image, or may. Nobody can stop it. */
  #goesOn = false;
  #live: LiveImage | undefined;
  #verification: Verification | undefined;

  constructor(plan: Plan, region: ApplyRegion, run: string, context: ApplyContext) {
    this.#apply = new StagedApply(plan, region, run, context);
  }

  get plan(): Plan {
    return this.#apply.plan;
  }

  /**
   * Makes the image and has it filled. Returns what the region has then, or `undefined` if that failed. Never throws.
   */
  async fetch(): Promise<RegionBytes | undefined> {
    try {
      const live = await this.#filled(await this.#apply.stage());
      const verification = this.#compare(live);
      this.#live = live;
      this.#verification = verification;
      this.#apply.context.emit({ type: 'digests', plan: this.plan.id, digests: verification.pairs });
      if (verification.verdict === 'mismatch' && this.#compares) throw mismatch(this.plan, live, verification);
      return { region: this.plan.place.region, live, proven: verification.verdict === 'verified' };
    } catch (reason) {
      this.#apply.fail(reason);
      return undefined;
    }
  }

  /**
   * Publishes and retires, or cleans up after a failure. Never throws.
   *
   * @param odd why this region's bytes differ from those of the others
   * @param agreeing the regions with equal bytes, if there are several
   */
  async complete(odd: Failure | undefined, agreeing: readonly string[] | undefined): Promise<ApplyResult> {
    return this.#apply.end({
      publish: () => {
        if (odd !== undefined && this.#compares) throw odd;
        return this.#publish(agreeing);
      },
      left: (staged, unfinished) => this.#left(staged, unfinished),
      known: () => this.#known(),
    });
  }

  get #compares(): boolean {
    return this.plan.definition.arguments.verify_checksum !== false;
  }

  /** Returns the image with its data. An earlier apply may have asked for it. */
  async #filled({ image, verifyOnly, importing }: StagedImage): Promise<LiveImage> {
    const { region, context } = this.#apply;
    if (verifyOnly && importing !== true) {
      this.#apply.enter('verifying');
      return region.images.get(image.id, context.signal);
    }
    this.#apply.enter('importing');
    this.#goesOn = true;
    if (importing === true && context.recoverStuck && (await isTakenForDead(this.#apply, image.id))) {
      const staged = await this.#apply.stageAnew();
      this.#goesOn = false;
      return this.#filled(staged);
    }
    const requestId = importing === true ? undefined : await this.#start(image.id);
    try {
      const asked = importing === true ? 'by an earlier apply' : 'now';
      const live = await awaitImport(this.#apply, image.id, requestId, asked);
      this.#goesOn = false;
      this.#apply.enter('verifying');
      // An image that Glance filled for an earlier apply still carries that apply's marks: none could be written meanwhile.
      return importing === true ? await this.#claim(live) : live;
    } catch (reason) {
      if (Failure.is(reason) && ENDED.has(reason.code)) this.#goesOn = false;
      throw reason;
    }
  }

  #claim(live: LiveImage): Promise<LiveImage> {
    const marks = readMarks(live);
    if (marks?.state?.phase !== 'staging') throw takenOver(live.id, this.#apply.region);
    return claim(this.#apply, live, { ...marks, state: this.#apply.state });
  }

  /** Starts the import and returns the request id. If the answer is lost, the image tells whether it started. */
  async #start(id: string): Promise<string | undefined> {
    const { region, context } = this.#apply;
    try {
      return (await this.#ask(id)).requestId;
    } catch (reason) {
      if (isAbort(reason)) throw reason;
      if (isUncertain(reason)) {
        if (await this.#isFilled(id)) return undefined;
        if ((await region.images.find(id, context.signal)) !== undefined) return (await this.#ask(id)).requestId;
      }
      // Somebody else started an import meanwhile: it goes on, and its result is theirs.
      if (Failure.is(reason, 'conflict') && (await this.#isFilled(id))) throw reason;
      this.#goesOn = false;
      throw refusedAddress(this.plan, reason);
    }
  }

  async #isFilled(id: string): Promise<boolean> {
    const { region, context } = this.#apply;
    const image = await region.images.find(id, context.signal);
    return image !== undefined && (copyProgress(image).running || image.status !== 'queued');
  }

  #ask(id: string): Promise<Answered<void>> {
    const { region, context, plan } = this.#apply;
    const stores = plan.stores?.stores;
    return region.images.imports.start(id, {
      method: { name: 'web-download', uri: readAddress(addressOf(plan.definition)?.url ?? '').url },
      ...(stores === undefined ? {} : { stores }),
      // A store that fails must not cost the others their data.
      ...(stores === undefined || stores.length < 2 ? {} : { allStoresMustSucceed: false }),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
  }

  /** Bytes that the cloud converted can't be compared. */
  #compare(live: LiveImage): Verification {
    const { size, digests = {} } = this.#remote;
    if (isConverted(live, this.plan.definition.arguments))
      return { verified: NOTHING_VERIFIED, pairs: digestPairs({}, live), verdict: 'unverified' };
    return verify(live, size, digests);
  }

  async #publish(agreeing: readonly string[] | undefined): Promise<ApplyResult> {
    const { plan } = this;
    const live = this.#live ?? this.#apply.staged.image;
    const { verdict } = this.#verification ?? this.#compare(live);
    const warnings = verdict === 'verified' ? [] : [notVerified(plan, live, this.#remote, agreeing)];
    if (plan.live !== undefined && isUnneeded(plan, live)) {
      const kept = await keepLiveImage(this.#apply, live.id, plan.live);
      if (kept.status !== 'done' && kept.status !== 'unchanged') return kept;
      const status = verdict === 'verified' ? 'done' : 'unverified';
      return {
        ...kept,
        ...this.#known(),
        status,
        imageId: plan.live.id,
        warnings: [...warnings, ...(kept.warnings ?? [])],
      };
    }
    const sent = sentMark(plan, this.#remote.size, this.#remote.digests ?? {});
    const filled = { live, sent, verdict, distribute: distributeRest, warnings };
    return this.#apply.publish(filled, this.#known());
  }

  async #left(staged: StagedImage, unfinished: Unfinished): Promise<Left> {
    const { id } = staged.image;
    if (this.#goesOn) return { kind: 'filling', id };
    const { reason } = unfinished;
    const wrong = Failure.is(reason, 'checksum-mismatch') || Failure.is(reason, 'regions-differ');
    if (this.#live !== undefined && !wrong) return { kind: 'filled', id, by: 'Glance' };
    const isAnothers = staged.importing === true && this.#live === undefined;
    if (isAnothers || !staged.disposable) return { kind: 'staged', id };
    // Other data in the image is somebody else's.
    return takeAway(id, ({ status }) => status === 'queued' || this.#live !== undefined, unfinished);
  }

  #known(): Pick<ApplyResult, 'verified' | 'digests' | 'bytesSent'> {
    const { verified = NOTHING_VERIFIED, pairs = [] } = this.#verification ?? {};
    return { verified, digests: pairs, bytesSent: 0 };
  }

  get #remote(): RemoteFacts {
    if (this.plan.remote === undefined) throw new Failure('unexpected', 'The plan has no source for Glance to fetch.');
    return this.plan.remote;
  }
}

/** Skips stores that Glance could not fill: a copy is mostly an administrator's right. */
async function distributeRest(work: PlanWork, live: LiveImage): Promise<Distributed> {
  const { stores } = work.plan;
  const failed = copyProgress(live).failed.filter((store) => stores?.stores.includes(store) === true);
  if (stores === undefined || failed.length === 0) return distribute(work, live);
  const rest = { ...stores, stores: stores.stores.filter((store) => !failed.includes(store)) };
  const { plan, region, state, context } = work;
  const distributed = await distribute({ plan: { ...plan, stores: rest }, region, state, context }, live);
  return {
    live: distributed.live,
    failures: [await notCopied(work, live.id, failed), ...distributed.failures],
  };
}

/** Why it is not certain that the image has the bytes of its source. */
function notVerified(
  { definition }: Plan,
  live: LiveImage,
  remote: RemoteFacts,
  agreeing: readonly string[] | undefined,
): ApplyError {
  const { disk_format: disk, container_format: container, image_source_checksum: checksum } = definition.arguments;
  const converted = `The cloud converted the data (${disk}, ${container} became ${String(live.disk_format)}, ${String(live.container_format)}), so its hash is not that of the source.`;
  const why = isConverted(live, definition.arguments)
    ? converted
    : (unverifiable(definition, remote) ?? 'The cloud reports no hash to compare.');
  const alike = agreeing === undefined ? '' : ` ${agreeing.join(' and ')} have the same bytes.`;
  const argument = checksum === undefined ? 'web_download' : 'image_source_checksum';
  return { code: 'not-verified', message: `Not verified: ${why}${alike}`, argument };
}

/** Failures after which Glance does not work on the image. */
const ENDED: ReadonlySet<string> = new Set(['import-failed', 'import-not-started', 'image-gone']);

/** Explains a refusal by Glance's filter. Operators set it; most refuse private addresses and uncommon ports. */
function refusedAddress({ remote, place }: Plan, reason: unknown): unknown {
  const failure = toFailure(reason);
  if (failure.status !== 400 || !/does not pass filtering/i.test(failure.message)) return reason;
  return new Failure(
    'web-download-refused',
    `Glance in ${place.region} does not fetch from ${remote?.name ?? 'this address'}: its web-download filter refuses it.`,
    {
      region: place.region,
      status: failure.status,
      ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
      next: 'Use a public http or https address on port 80 or 443, ask the operator to allow this one, or remove "web_download".',
    },
  );
}

function mismatch(plan: Plan, live: LiveImage, verification: Verification): Failure {
  const { size, name } = plan.remote ?? {};
  const facts = differences(verification, live, size).map(({ what, here, cloud }) =>
    what === 'size'
      ? `size: the source has ${here}, the cloud ${cloud}`
      : `${what}: should be ${here}, the cloud has ${cloud}`,
  );
  return new Failure(
    'checksum-mismatch',
    `The data that ${plan.place.region} fetched from ${name ?? 'the source'} is not what it should be (${facts.join('; ')}).`,
    {
      region: plan.place.region,
      next: 'Apply again, or correct "image_source_checksum" if the source was updated.',
    },
  );
}
