import type { CloudFacts } from './cloud-facts.ts';
import type { Definition } from './definition/definition.ts';
import type { DownloadResult, DownloadProgress } from './download/download-image.ts';
import type { LiveImage } from './glance/image.ts';
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

/** Sources on their way at once where nobody says otherwise: more share a slow link, on which each of them may stall. */
export const PARALLELISM = 4;

/** The most that can be asked for. */
export const PARALLELISM_AT_MOST = 64;

/** How the editor and the command line set up the engine. They differ in nothing else. */
export interface EngineOptions {
  /** `OS_*` and `GLANCE_IMAGES_*` variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute paths; they stand where openstacksdk looks in the current directory. Empty in an untrusted workspace. */
  readonly workspaceFolders: readonly string[];
  /** A `clouds.yaml` of ours besides the user's own, e.g. the sandbox's. */
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
  /** Asks for a password or passcode that no file has; absent where nobody can be asked. */
  readonly askLogin?: AskLogin;
  /** Whether the user signed out of a cloud: no login to it begins. */
  readonly signedOut?: (cloud: Pick<Cloud, 'name' | 'origin'>) => boolean;
  /** Whether the user's `secure.yaml` may complete a cloud of a workspace; nobody agrees where it is omitted. */
  readonly confirmSecure?: (cloud: string, consent: SecureConsent) => Promise<boolean>;
  /** Whether the value of an environment variable may be sent to an origin that `VARIABLE_ORIGIN` does not name; nobody agrees where it is omitted. */
  readonly confirmSecret?: (variable: string, origin: string) => Promise<boolean>;
  /** A secret that a definition names as `${secret:NAME}`, for the origin it will be sent to; `undefined` where there is none. */
  readonly secret?: (name: string, origin: string) => Promise<string | undefined>;
  /** How many sources are fetched, or read and sent, at once; `PARALLELISM` where omitted. */
  readonly parallelism?: number;
  readonly userAgent: string;
  readonly log: Log;
}

export interface PlanOptions {
  readonly signal?: AbortSignal;
  /** Adopts an unmarked image of the definition's name. */
  readonly adopt?: boolean;
  /** Takes over an image that an apply left which may not be quite dead: one of another machine whose `timeouts` have passed, or one that Glance has not let go of. */
  readonly recoverStuck?: boolean;
}

/** What is fetched while planning. */
export interface FetchingPlanOptions extends PlanOptions {
  /** Fetches and decompresses sources where that decides what the plan is, or will be sent. */
  readonly fetch?: boolean;
}

export interface ApplyOptions extends PlanOptions {
  /** Cancels one plan and leaves the others alone. What plans share is cancelled with the last of them. */
  readonly signalOf?: (plan: Plan) => AbortSignal | undefined;
  /** Told of every plan while it is carried out, its result included. */
  readonly onEvent?: (event: ApplyEvent) => void;
  /** Asked when a plan had to be made again and the new one is worse than what was agreed to. Absent: such a plan is declined. */
  readonly confirmAgain?: (plans: readonly Plan[]) => Promise<boolean>;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** A regular file of that name is replaced; else `target-exists` is thrown. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Bytes that somebody names outside of a definition. */
export type SourceAddress =
  /** Absolute path. */
  | { readonly kind: 'file'; readonly path: string }
  /** `checksum`: of this algorithm the checksum beside it shall be; of any where omitted. */
  | { readonly kind: 'url'; readonly url: string; readonly checksum?: ChecksumAlgorithm }
  /** What a definition with `image_source_url` names, asked for with its login. */
  | { readonly kind: 'definition'; readonly definition: Definition; readonly checksum?: ChecksumAlgorithm };

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** Images a page, at most 1000; 100 where omitted. */
  readonly pageSize?: number;
  readonly name?: string;
}

/**
 * The one way to the clouds, for editor commands, CodeLens, command line and tools alike. Every method throws `Failure`.
 */
export interface Engine {
  /** The clouds that are configured. With a file, the search for `clouds.yaml` starts in the file's folder and goes up to its workspace folder. */
  clouds(forFile?: string): Promise<CloudConfiguration>;
  /** The regions of a cloud, from its configuration or the catalog, one for each distinct endpoint. Authenticates. */
  regions(cloud: string, signal?: AbortSignal): Promise<readonly Place[]>;
  /** Resolves a cloud and region by name, with the defaults that a definition without them gets. */
  place(cloud: string | undefined, region: string | undefined, forFile?: string): Promise<Place>;
  /**
   * What the place of a definition says of itself; names are those that the definition writes. Never asks for a password: throws
   * `signed-out` where one would be needed.
   */
  cloudFacts(
    cloud: string | undefined,
    region: string | undefined,
    forFile: string,
    signal?: AbortSignal,
  ): Promise<CloudFacts>;
  /** The images that the project sees, hidden ones of its own too, page by page in the order of their names. */
  images(place: Place, options?: ListOptions): AsyncIterable<readonly LiveImage[]>;
  image(place: Place, id: string, signal?: AbortSignal): Promise<LiveImage>;
  /** One plan for every definition and region, in the order of the file. Never throws for one of them: that plan is `blocked`. */
  plan(definitions: readonly Definition[], options?: FetchingPlanOptions): Promise<readonly Plan[]>;
  /**
   * Carries out all chosen plans and returns their results in the same order. Plans run side by side, but only `parallelism`
   * sources are fetched or sent at once. Does not throw for a plan that fails.
   */
  apply(plans: readonly Plan[], options?: ApplyOptions): Promise<readonly ApplyResult[]>;
  /** The images that this tool made in the places of these plans and that none of their definitions means. Of a region that fails, none; its plans say why. */
  unclaimed(plans: readonly Plan[], signal?: AbortSignal): Promise<readonly UnclaimedImage[]>;
  /** What a rollback would do, for every definition and region. Never throws for one of them: its problems say why not. */
  planRollbacks(definitions: readonly Definition[], signal?: AbortSignal): Promise<readonly Rollback[]>;
  /** Brings replaced images back, and returns the results in the same order. Does not throw for one that fails. */
  applyRollbacks(rollbacks: readonly Rollback[], signal?: AbortSignal): Promise<readonly RollbackResult[]>;
  /** The text of a definition that plans to `none` or `adopt` for this image. */
  importImage(place: Place, id: string, signal?: AbortSignal): Promise<string>;
  /** Deletes one image. Fails where it is protected or another project's, or, looked at just before, not what was confirmed. */
  deleteImage(place: Place, id: string, signal?: AbortSignal, isConfirmed?: Confirmed): Promise<void>;
  /** The projects that a shared image is shared with; of another project's image, this project only. */
  members(place: Place, id: string, signal?: AbortSignal): Promise<readonly ImageMember[]>;
  /** Changes one image by hand and returns it as it is then; what is so already stays. Fails where it is another project's. */
  changeImage(place: Place, id: string, change: ImageChange, signal?: AbortSignal): Promise<LiveImage>;
  /** What a file or the file at a URL is, by its headers; of a URL also the checksum beside it. Fetches no more than that. */
  describeSource(source: SourceAddress, signal?: AbortSignal): Promise<SourceDescription>;
  /** What a cache folder holds; the default one where none is given. */
  cache(folder?: string): Promise<{ readonly folder: string; readonly sources: readonly CachedSource[] }>;
  /** Removes what is ours from a cache folder. */
  clearCache(folder?: string): Promise<ClearedCache>;
  /**
   * Downloads an image's data to a file, or under the image's name into a folder. The file is there once it is complete and
   * agrees with what the cloud says; one that is replaced stays until then. A download that was cut is gone on with.
   */
  downloadImage(place: Place, id: string, path: string, options?: DownloadOptions): Promise<DownloadResult>;
  /** Forgets configuration and tokens, so that the next call reads `clouds.yaml` again. */
  reload(): void;
  /** Stops workers and closes sockets. */
  dispose(): Promise<void>;
}
