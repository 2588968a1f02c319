import type { ImageStore } from './image-store.ts';
import type { Caller } from './access.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Release } from '../release.ts';

/** Glance in one region. */
export interface Glance {
  readonly release: Release;
  readonly store: ImageStore;
  /** The most bytes of one image, Glance's `image_size_cap`. */
  readonly maximumBytes: number;
  /** The most bytes of one project, Glance's `user_storage_quota`. */
  readonly quotaBytes: number;
  /** `host:port` pairs that web-download may fetch from despite its filter. */
  readonly importSources: readonly string[];
  /** Aborted when the sandbox stops. */
  readonly stopping: AbortSignal;
  /** Registers work that continues after its answer. */
  work(task: Promise<void>): void;
}

/** A request with a valid token. */
export interface GlanceRequest {
  readonly glance: Glance;
  readonly caller: Caller;
  readonly exchange: Exchange;
  /** The values in the path, e.g. the image's id. */
  readonly parameters: readonly string[];
}
