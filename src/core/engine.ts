import type { CloudFacts } from './cloud-facts.ts';
import type { Definition } from './definition/definition.ts';
import type { DownloadResult, DownloadProgress } from './download/download-image.ts';
import type { ShareAnswer } from './glance/answer-share.ts';
import type { LiveImage } from './glance/image.ts';
import type { ListOptions } from './glance/list-images.ts';
import type { ImageMember } from './glance/members.ts';
import type { Cloud, CloudConfiguration, SecureConsent } from './keystone/clouds/configuration.ts';
import type { AskLogin } from './keystone/login/login-answers.ts';
import type { Log } from './log.ts';
import type { Place } from './place.ts';
import type { ChecksumAlgorithm } from './source/checksum.ts';
import type { SourceDescription } from './source/describe-source.ts';
import type { CachedSource, ClearedCache } from './source/url/cache-contents.ts';
import type { Confirmed, ImageChange } from './reconcile/applying/change-image.ts';
import type { Rollback, RollbackResult } from './reconcile/planning/plan-rollback.ts';
import type { UnclaimedImage } from './reconcile/ownership/unclaimed.ts';
import type { Plan } from './reconcile/model/plan.ts';
import type { ApplyEvent, ApplyResult } from './reconcile/model/result.ts';

/** Default number of parallel sources: more would share a slow link, and each of them may stall. */
export const PARALLELISM = 4;

/** Most parallel sources. */
export const PARALLELISM_AT_MOST = 64;

/** How an engine is set up: plain values, which can travel to another process. */
export interface EngineSetup {
  /** `OS_*` and `GLANCE_IMAGES_*` variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute paths, which replace openstacksdk's current directory. Empty in an untrusted workspace. */
  readonly workspaceFolders: readonly string[];
  /** Additional `clouds.yaml` files, e.g. the sandbox's. */
  readonly extraCloudsFiles: readonly string[];
  /**
   * The editor's setting or `--cloud`. `chosenBy` names it in a plan. A plan warns where a setting (`isSetting`) differs from
   * `OS_CLOUD`; `--cloud` was given for this run.
   */
  readonly preferredCloud?: { readonly name: string; readonly chosenBy: string; readonly isSetting?: boolean };
  /** `--region`, repeatable: only these. */
  readonly onlyRegions?: readonly string[];
  /** Names of further environment variables that `${env:NAME}` may read. */
  readonly allowedEnvironment: readonly string[];
  /** How many sources are fetched, or read and sent, at once; `PARALLELISM` if omitted. */
  readonly parallelism?: number;
  readonly userAgent: string;
  /** `HTTPS_PROXY` and its kin, where nothing else handles proxies: an extension host does so itself. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Absolute path; the platform's cache folder + `glance-images` if omitted. */
  readonly cacheFolder?: string;
}

/** What an engine asks the user. */
export interface EngineAnswers {
  /** Asks for a password or passcode that no file has; absent if nobody can be asked. */
  readonly askLogin?: AskLogin;
  /** Whether the user's `secure.yaml` may complete a cloud of a workspace; never if omitted. */
  readonly confirmSecure?: (cloud: string, consent: SecureConsent) => Promise<boolean>;
  /** Whether the value of an environment variable may be sent to an origin that `VARIABLE_ORIGIN` does not name; never if omitted. */
  readonly confirmSecret?: (variable: string, origin: string) => Promise<boolean>;
  /** The secret `${secret:NAME}` of a definition, for the origin that receives it; `undefined` if there is none. */
  readonly secret?: (name: string, origin: string) => Promise<string | undefined>;
}

/** What the editor and the command line give the engine. They differ in nothing else. */
export interface EngineOptions extends EngineSetup, EngineAnswers {
  /** Whether the user signed out of a cloud, which prevents logins to it. */
  readonly signedOut?: (cloud: Pick<Cloud, 'name' | 'origin'>) => boolean;
  readonly log: Log;
}

export interface PlanOptions {
  readonly signal?: AbortSignal;
  /** Adopts an unmarked image of the definition's name. */
  readonly adopt?: boolean;
  /** Takes over an image of an unfinished apply that may still be running: on another machine after its `timeouts`, or still locked by Glance. */
  readonly recoverStuck?: boolean;
}

/** Plan options with fetching. */
export interface FetchingPlanOptions extends PlanOptions {
  /** Fetches and decompresses sources if the plan depends on them or will send them. */
  readonly fetch?: boolean;
}

export interface ApplyOptions extends PlanOptions {
  /** Cancels one plan but not the others. What plans share is cancelled with the last of them. */
  readonly signalOf?: (plan: Plan) => AbortSignal | undefined;
  /** Told of every plan while it is carried out, its result included. */
  readonly onEvent?: (event: ApplyEvent) => void;
  /**
   * Called if a plan had to be made again and does more than was agreed to, or warns of something in its bytes that was not shown. If
   * absent, a plan that does more is declined, and one that only warns goes on.
   */
  readonly confirmAgain?: (plans: readonly Plan[]) => Promise<boolean>;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Replaces a regular file of that name; else throws `target-exists`. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** A source without a definition. */
export type SourceAddress =
  /** Absolute path. */
  | { readonly kind: 'file'; readonly path: string }
  /** `checksum`: the algorithm of the checksum beside it; any if omitted. */
  | { readonly kind: 'url'; readonly url: string; readonly checksum?: ChecksumAlgorithm }
  /** The source of a definition with `image_source_url`, requested with its credentials. */
  | { readonly kind: 'definition'; readonly definition: Definition; readonly checksum?: ChecksumAlgorithm };

/**
 * All access to clouds, for editor, command line and language model tools. Every method throws `Failure`.
 */
export interface Engine {
  /** The clouds that are configured. With a file, the search for `clouds.yaml` starts in the file's folder and goes up to its workspace folder. */
  clouds(forFile?: string): Promise<CloudConfiguration>;
  /** The regions of a cloud, from its configuration or the catalog, one for each distinct endpoint. Authenticates. */
  regions(cloud: string, signal?: AbortSignal): Promise<readonly Place[]>;
  /** Resolves a cloud and region by name, with the defaults that a definition without them gets. */
  place(cloud: string | undefined, region: string | undefined, forFile?: string): Promise<Place>;
  /**
   * The facts of a place, by the names in a definition. Never asks for a password: throws
   * `signed-out` if one would be needed.
   */
  cloudFacts(
    cloud: string | undefined,
    region: string | undefined,
    forFile: string,
    signal?: AbortSignal,
  ): Promise<CloudFacts>;
  /** The images that the project sees, including its own hidden ones, page by page in the order of their names. */
  images(place: Place, options?: ListOptions): AsyncIterable<readonly LiveImage[]>;
  image(place: Place, id: string, signal?: AbortSignal): Promise<LiveImage>;
  /** One plan for every definition and region, in the order of the file. Never throws for one of them: that plan is `blocked`. */
  plan(definitions: readonly Definition[], options?: FetchingPlanOptions): Promise<readonly Plan[]>;
  /**
   * Carries out all chosen plans and returns their results in the same order. Plans run side by side, but only `parallelism`
   * sources are fetched or sent at once. Does not throw for a plan that fails.
   */
  apply(plans: readonly Plan[], options?: ApplyOptions): Promise<readonly ApplyResult[]>;
  /** The images that this tool created in the places of these plans and that no definition describes. None for a region that fails; its plans say why. */
  unclaimed(plans: readonly Plan[], signal?: AbortSignal): Promise<readonly UnclaimedImage[]>;
  /** Plans a rollback for every definition and region. Never throws for one of them: its problems say why not. */
  planRollbacks(definitions: readonly Definition[], signal?: AbortSignal): Promise<readonly Rollback[]>;
  /** Restores replaced images, and returns the results in the same order. Does not throw for one that fails. */
  applyRollbacks(rollbacks: readonly Rollback[], signal?: AbortSignal): Promise<readonly RollbackResult[]>;
  /** The text of a definition that plans to `none` or `adopt` for this image. */
  importImage(place: Place, id: string, signal?: AbortSignal): Promise<string>;
  /** Deletes one image. Fails if it is protected, belongs to another project, or changed since it was confirmed. */
  deleteImage(place: Place, id: string, signal?: AbortSignal, isConfirmed?: Confirmed): Promise<void>;
  /** The same for an image as a look just showed it, without another one: for many images that one listing showed. */
  deleteSeen(place: Place, image: LiveImage, signal?: AbortSignal): Promise<void>;
  /** The members of a shared image; for another project's image, this project only. */
  members(place: Place, id: string, signal?: AbortSignal): Promise<readonly ImageMember[]>;
  /** Changes one image without a definition and returns it. Fails if it belongs to another project. */
  changeImage(place: Place, id: string, change: ImageChange, signal?: AbortSignal): Promise<LiveImage>;
  /** Accepts or rejects an image that another project shares with this one, and returns it. Throws `not-shared` for another image. */
  answerShare(place: Place, id: string, answer: ShareAnswer, signal?: AbortSignal): Promise<LiveImage>;
  /** Describes a file or URL by its headers; for a URL also the checksum beside it. Fetches no more than that. */
  describeSource(source: SourceAddress, signal?: AbortSignal): Promise<SourceDescription>;
  /** The contents of a cache folder; the default one if omitted. */
  cache(folder?: string): Promise<{ readonly folder: string; readonly sources: readonly CachedSource[] }>;
  /** Removes our files from a cache folder. */
  clearCache(folder?: string): Promise<ClearedCache>;
  /**
   * Downloads an image's data to a file, or under the image's name into a folder. The file appears once it is complete and
   * verified; a replaced file stays until then. Interrupted downloads resume.
   */
  downloadImage(place: Place, id: string, path: string, options?: DownloadOptions): Promise<DownloadResult>;
  /** Forgets configuration and tokens, so that the next call reads `clouds.yaml` again. */
  reload(): void;
  /** Stops workers and closes sockets. */
  dispose(): Promise<void>;
}
