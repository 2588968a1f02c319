import type { HttpUpload } from '../http/http.ts';
import type { LiveImage } from './image.ts';
import type { ImportService } from './imports.ts';
import type { MemberService } from './members.ts';
import type { StoreService } from './stores.ts';
import type { Answered } from '../http/answers.ts';

/** The attributes of a POST, with the API's names. */
export interface NewImage {
  readonly id: string;
  readonly name: string;
  readonly container_format: string;
  readonly disk_format: string;
  readonly visibility?: string;
  readonly min_disk?: number;
  readonly min_ram?: number;
  readonly protected?: boolean;
  readonly os_hidden?: boolean;
  readonly tags?: readonly string[];
  /** Custom properties, sent at the top level as the API wants them. */
  readonly properties: Readonly<Record<string, string>>;
}

/** One operation of a JSON Patch for Glance. `path` is one unescaped name: `name`, `tags`, `os_distro`, `a/b`. `add` both adds and changes. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface ListQuery {
  readonly signal?: AbortSignal;
  /** At most 1000. */
  readonly pageSize?: number;
  /** Exact; sent as `eq:` and compared again here. */
  readonly name?: string;
  /** Only images of this project, which may be hidden too. */
  readonly owner?: string;
  /** Only hidden ones (true) or only the others (false, Glance's default). */
  readonly hidden?: boolean;
  /** Any further query parameters, e.g. a custom property or `sort`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Glance's Image API v2 in one region. Every method throws `Failure` with region, HTTP status and request id. */
export interface ImageService {
  readonly region: string;
  readonly members: MemberService;
  readonly stores: StoreService;
  readonly imports: ImportService;
  /** Pages in the server's order. Uses its own marker instead of the server's `next`, and restarts once if a marker was deleted meanwhile. */
  list(query?: ListQuery): AsyncIterable<readonly LiveImage[]>;
  /** Throws `image-not-found` on 404. */
  get(id: string, signal?: AbortSignal): Promise<LiveImage>;
  /** As `get`, but `undefined` on 404. */
  find(id: string, signal?: AbortSignal): Promise<LiveImage | undefined>;
  /** Throws `id-taken` on 409. */
  create(image: NewImage, signal?: AbortSignal): Promise<Answered<LiveImage>>;
  /** Nothing is sent for an empty list. */
  patch(id: string, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<Answered<LiveImage>>;
  /** Opens `PUT /file`; `finish` of the result throws `Failure` for any status but 204. Renews the token first if it has less than 5 minutes left. */
  upload(id: string, size: number, options?: UploadOptions): Promise<ImageUpload>;
  /** Prevents the use of an active image's data. An already deactivated image counts as success. Throws `forbidden` for an image that is not active. */
  deactivate(id: string, signal?: AbortSignal): Promise<Answered<void>>;
  /** Activates a deactivated image again. An already active one counts as success. */
  reactivate(id: string, signal?: AbortSignal): Promise<Answered<void>>;
  /** 404 counts as success. Throws `image-protected` on the 403 of a protected image, `image-in-use` on 409. */
  delete(id: string, signal?: AbortSignal): Promise<Answered<void>>;
}

export interface UploadOptions {
  readonly signal?: AbortSignal;
  /** ms that the connection may be silent during the body; 2 minutes if omitted. */
  readonly stallTimeout?: number;
  /** Id of the target store; the cloud's default if omitted. */
  readonly store?: string;
  /** Whether Glance refused the token of the last attempt: a second refusal is not the token's fault. */
  readonly renewed?: boolean;
}

/** An upload with a verified end. */
export interface ImageUpload {
  write(piece: Uint8Array): Promise<void>;
  /** Returns the request id of the 204. Throws `Failure` for anything else. */
  finish(): Promise<string>;
  /** Rejects with the `Failure` of an answer before the end of the body; pending otherwise. Never resolves. */
  readonly refused: Promise<never>;
  destroy: HttpUpload['destroy'];
}
