import envPaths from 'env-paths';
import pLimit, { type LimitFunction } from 'p-limit';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CloudFacts } from '../core/cloud-facts.ts';
import type { Definition } from '../core/definition/definition.ts';
import { renderImage } from '../core/definition/writing/render.ts';
import { downloadImage, sizeOfData, type DownloadResult } from '../core/download/download-image.ts';
import {
  type ApplyOptions,
  type DownloadOptions,
  type Engine,
  type EngineOptions,
  type FetchingPlanOptions,
  type SourceAddress,
  PARALLELISM,
} from '../core/engine.ts';
import { answerShare, type ShareAnswer } from '../core/glance/answer-share.ts';
import type { LiveImage } from '../core/glance/image.ts';
import { listImages, type ListOptions } from '../core/glance/list-images.ts';
import type { ImageMember } from '../core/glance/members.ts';
import type { Cloud, CloudConfiguration } from '../core/keystone/clouds/configuration.ts';
import type { Place } from '../core/place.ts';
import { applyPlans } from '../core/reconcile/applying/apply.ts';
import type { ApplyContext } from '../core/reconcile/applying/context.ts';
import { applyRollbacks } from '../core/reconcile/applying/apply-rollbacks.ts';
import { blockedRollback, type Rollback, type RollbackResult } from '../core/reconcile/planning/plan-rollback.ts';
import {
  changeImage,
  deleteImage,
  deleteSeen,
  type Confirmed,
  type ImageChange,
} from '../core/reconcile/applying/change-image.ts';
import { importedSharing } from '../core/reconcile/planning/sharing/list-sharing.ts';
import { readMarks } from '../core/reconcile/ownership/marks.ts';
import { findUnclaimed, type UnclaimedImage } from '../core/reconcile/ownership/unclaimed.ts';
import { Planner, type PlanRegion } from '../core/reconcile/planning/planner.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { SourceDescription } from '../core/source/describe-source.ts';
import { SourceReader } from '../core/source/source-reader.ts';
import { applyLocked } from './processes/apply-locks.ts';
import { cachedSources, clearCache, type ClearedCache } from '../core/source/url/cache-contents.ts';
import { cloudFacts } from './clouds/cloud-facts.ts';
import { CloudDirectory } from './clouds/cloud-directory.ts';
import { openDownloadTarget } from './files/download-target.ts';
import { FileDigestCache, FileInspectionCache } from './records/file-caches.ts';
import { WorkerDigests } from './workers/digest-workers.ts';
import { ProcessNames } from './processes/process-names.ts';
import { ProcessRuns } from './processes/process-runs.ts';
import { ProcessLocks } from './processes/process-locks.ts';
import { RefusedMarksFiles } from './records/refused-marks-file.ts';
import { LocalSources } from './definition-sources.ts';
import { planByPlace } from '../core/reconcile/planning/plan-by-place.ts';
import { warnOnWriteError } from './records/write-errors.ts';
import { LocalSourceFiles } from './files/source-files.ts';
import { type ApplyResult, tellFetching } from '../core/reconcile/model/result.ts';
import { blockedPlan } from '../core/reconcile/planning/plan.ts';

/** The engine, with this machine's files, worker threads and network. */
export function createEngine(options: EngineOptions): Engine {
  return new NodeEngine(options);
}

class NodeEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #directory: CloudDirectory;
  readonly #files = new LocalSourceFiles();
  readonly #workers = new WorkerDigests();
  readonly #names = new ProcessNames();
  readonly #runs = new ProcessRuns(this.#names);
  readonly #reader: SourceReader;
  readonly #locks: ProcessLocks;
  readonly #sources: LocalSources;
  readonly #cacheFolder: string;
  readonly #planner: Planner;
  readonly #refusedMarks: RefusedMarksFiles;
  readonly #inTurn: LimitFunction;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#inTurn = pLimit(options.parallelism ?? PARALLELISM);
    const { userAgent, log, askLogin, signedOut, proxyEnvironment } = options;
    this.#directory = new CloudDirectory(options, { userAgent, log, askLogin, signedOut, proxyEnvironment });
    const cacheFolder = options.cacheFolder ?? envPaths('glance-images', { suffix: '' }).cache;
    this.#cacheFolder = cacheFolder;
    const onWriteError = warnOnWriteError(cacheFolder, log);
    this.#reader = new SourceReader(
      this.#files,
      this.#workers,
      new FileDigestCache(join(cacheFolder, 'digests'), onWriteError),
      new FileInspectionCache(join(cacheFolder, 'inspections'), onWriteError),
    );
    this.#refusedMarks = new RefusedMarksFiles(join(cacheFolder, 'refused-marks'), onWriteError);
    this.#locks = new ProcessLocks(join(cacheFolder, 'locks'), log, onWriteError, this.#names);
    this.#sources = new LocalSources({
      engine: options,
      proxyEnvironment,
      files: this.#files,
      workers: this.#workers,
      reader: this.#reader,
      cacheFolder,
    });
    this.#planner = new Planner({
      region: (place, signal) => this.#region(place, signal),
      locate: (path, definition) => this.#sources.locate(path, definition),
      checkCloud: async (name, { file }) => {
        await this.#consumerCloud(name, file);
      },
      reader: this.#reader,
      sources: this.#sources.sources,
      runs: this.#runs,
      refusedMarks: this.#refusedMarks,
      newPlanId: randomUUID,
      now: () => new Date(),
    });
  }

  async clouds(forFile?: string): Promise<CloudConfiguration> {
    return this.#directory.configuration(forFile);
  }

  async regions(cloud: string, signal?: AbortSignal): Promise<readonly Place[]> {
    const chosen = await this.#directory.choose({ name: cloud, chosenBy: 'its name' });
    return this.#directory.places(chosen.cloud, signal);
  }

  async place(cloud: string | undefined, region: string | undefined, forFile?: string): Promise<Place> {
    const wanted = cloud === undefined ? undefined : { name: cloud, chosenBy: 'its name' };
    const chosen = await this.#directory.choose(wanted, forFile);
    if (region !== undefined) return { cloud: chosen.cloud.name, region, origin: chosen.cloud.origin };
    const [first] = await this.#directory.places(chosen.cloud, undefined);
    return first ?? { cloud: chosen.cloud.name, region: '', origin: chosen.cloud.origin };
  }

  async cloudFacts(
    cloud: string | undefined,
    region: string | undefined,
    forFile: string,
    signal?: AbortSignal,
  ): Promise<CloudFacts> {
    return cloudFacts(this.#directory, { cloud, region, forFile }, this.#options.log, signal);
  }

  async *images(place: Place, options: ListOptions = {}): AsyncIterable<readonly LiveImage[]> {
    yield* listImages(await this.#region(place, options.signal), options);
  }

  async image(place: Place, id: string, signal?: AbortSignal): Promise<LiveImage> {
    const region = await this.#region(place, signal);
    return region.images.get(id.toLowerCase(), signal);
  }

  async plan(definitions: readonly Definition[], options: FetchingPlanOptions = {}): Promise<readonly Plan[]> {
    const { signal, adopt = false, recoverStuck = false, fetch = false } = options;
    const fetching = fetch ? { fetch: () => undefined } : {};
    return planByPlace(definitions, {
      placesOf: (definition) => this.#directory.placesOf(definition, signal),
      onePlaceOf: (places) => this.#directory.onePlaceOf(places, signal),
      plan: (place, requests) => this.#planner.plan(place, requests, { adopt, recoverStuck, signal, ...fetching }),
      refuse: blockedPlan,
    });
  }

  async unclaimed(plans: readonly Plan[], signal?: AbortSignal): Promise<readonly UnclaimedImage[]> {
    return findUnclaimed(plans, (place) => this.#region(place, signal), signal, this.#options.log);
  }

  async planRollbacks(definitions: readonly Definition[], signal?: AbortSignal): Promise<readonly Rollback[]> {
    return planByPlace(definitions, {
      placesOf: (definition) => this.#directory.placesOf(definition, signal),
      onePlaceOf: (places) => this.#directory.onePlaceOf(places, signal),
      plan: (place, requests) => this.#planner.planRollbacks(place, requests, signal),
      refuse: (id, definition, failure, where) => {
        const { place, cloudChosenBy } = blockedPlan(id, definition, failure, where);
        return blockedRollback({ id, definition, place, cloudChosenBy }, failure);
      },
    });
  }

  async applyRollbacks(rollbacks: readonly Rollback[], signal?: AbortSignal): Promise<readonly RollbackResult[]> {
    return applyRollbacks(rollbacks, {
      region: (place) => this.#region(place, signal),
      replan: async (rollback) =>
        (await this.#planner.planRollbacks(rollback.place, [rollback], signal))[0] ?? rollback,
      runs: this.#runs,
      now: () => new Date(),
      log: this.#options.log,
      signal,
    });
  }

  async apply(plans: readonly Plan[], options: ApplyOptions = {}): Promise<readonly ApplyResult[]> {
    const context = this.#applyContext(options);
    const emit = context.emit.bind(context);
    return applyLocked(plans, this.#locks, emit, (free) => applyPlans(free, context, options.confirmAgain));
  }

  async importImage(place: Place, id: string, signal?: AbortSignal): Promise<string> {
    const { images, project } = await this.#region(place, signal);
    const image = await images.get(id.toLowerCase(), signal);
    const { cloud, region } = place;
    const marks = readMarks(image);
    return renderImage(image, {
      ...(await importedSharing(images, image, marks, project, signal)),
      cloud,
      region,
      pin: true,
      ...(marks === undefined || marks.key === image.id ? {} : { key: marks.key }),
      ...(marks === undefined ? {} : { owned: marks.owns }),
    });
  }

  async deleteImage(place: Place, id: string, signal?: AbortSignal, isConfirmed?: Confirmed): Promise<void> {
    await deleteImage(await this.#region(place, signal), id.toLowerCase(), signal, isConfirmed);
  }

  async deleteSeen(place: Place, image: LiveImage, signal?: AbortSignal): Promise<void> {
    await deleteSeen(await this.#region(place, signal), image, signal);
  }

  async members(place: Place, id: string, signal?: AbortSignal): Promise<readonly ImageMember[]> {
    return (await this.#region(place, signal)).images.members.list(id.toLowerCase(), signal);
  }

  async changeImage(place: Place, id: string, change: ImageChange, signal?: AbortSignal): Promise<LiveImage> {
    return changeImage(await this.#region(place, signal), id.toLowerCase(), change, signal);
  }

  async answerShare(place: Place, id: string, answer: ShareAnswer, signal?: AbortSignal): Promise<LiveImage> {
    return answerShare(await this.#region(place, signal), id.toLowerCase(), answer, signal);
  }

  async describeSource(source: SourceAddress, signal?: AbortSignal): Promise<SourceDescription> {
    if (source.kind === 'url') return this.#sources.describe(source.url, source.checksum, signal);
    if (source.kind === 'definition') return this.#sources.describeOf(source.definition, source.checksum, signal);
    const inspection = await this.#reader.inspect(source.path);
    return { name: source.path, inspection, size: inspection.size, network: 'public' };
  }

  async cache(path = this.#cacheFolder): ReturnType<Engine['cache']> {
    return { folder: path, sources: await cachedSources(this.#sources.folder(path)) };
  }

  async clearCache(path = this.#cacheFolder): Promise<ClearedCache> {
    return clearCache(this.#sources.folder(path));
  }

  async downloadImage(place: Place, id: string, path: string, options: DownloadOptions = {}): Promise<DownloadResult> {
    const { signal, onProgress } = options;
    const images = await (await this.#directory.access(place)).images(place.region, signal);
    const image = await images.get(id.toLowerCase(), signal);
    sizeOfData(image);
    const target = await openDownloadTarget(path, image, options.replace === true, this.#locks);
    try {
      return await downloadImage(image, target, {
        images,
        workers: this.#workers,
        pause: (milliseconds) => pause(milliseconds),
        onProgress: (progress) => onProgress?.(progress),
        signal,
      });
    } finally {
      await target.close();
    }
  }

  reload(): void {
    this.#directory.forget();
  }

  async dispose(): Promise<void> {
    this.#sources.dispose();
    this.#workers.dispose();
    await this.#directory.dispose();
  }

  #applyContext(options: ApplyOptions): ApplyContext {
    const { signal, adopt = false, recoverStuck = false } = options;
    const fetch = tellFetching((event) => options.onEvent?.(event));
    return {
      region: (place) => this.#region(place, signal),
      consumer: async (plan, name) => {
        const { origin } = await this.#consumerCloud(name, plan.definition.file);
        return this.#region({ cloud: name, region: plan.place.region, origin }, signal);
      },
      replan: (place, plans, cancelled, candidates) =>
        this.#planner.plan(place, plans, {
          adopt,
          recoverStuck,
          signal: cancelled,
          fetch,
          ...(candidates === undefined ? {} : { candidates }),
        }),
      files: this.#files,
      workers: this.#workers,
      reader: this.#reader,
      inTurn: (work) => this.#inTurn(work),
      runs: this.#runs,
      refusedMarks: this.#refusedMarks,
      recoverStuck,
      now: () => new Date(),
      after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      emit: (event) => options.onEvent?.(event),
      log: this.#options.log,
      signal,
      signalFor: (plan) => {
        const own = options.signalOf?.(plan);
        const both = [signal, own].filter((each) => each !== undefined);
        return both.length === 0 ? undefined : AbortSignal.any(both);
      },
    };
  }

  async #region(place: Place, signal: AbortSignal | undefined): Promise<PlanRegion> {
    const access = await this.#directory.access(place);
    const { session } = access;
    const [images, project] = await Promise.all([access.images(place.region, signal), session.project(signal)]);
    const roles = await session.roles(signal);
    const mayRequest = await session.accessCheck(await session.imageEndpoint(place.region, signal), signal);
    return {
      images,
      project: project?.id,
      ...(roles === undefined ? {} : { roles }),
      ...(mayRequest === undefined ? {} : { mayRequest }),
      ownerless: await session.ownerless(signal),
      formats: (asking) => access.formats(place.region, asking),
    };
  }

  /** The entry of `clouds.yaml` that accepts images for a member. */
  async #consumerCloud(name: string, forFile: string): Promise<Cloud> {
    return (await this.#directory.choose({ name, chosenBy: '"accept_with" in the definition' }, forFile)).cloud;
  }
}
