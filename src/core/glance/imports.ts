import { Failure } from '../failure.ts';
import { field, plainWords, type Answered } from '../http/answers.ts';
import type { LiveImage } from './image.ts';
import { copyProgress } from './stores.ts';

/** How Glance fetches an image's data itself (https://docs.openstack.org/api-ref/image/v2/#import-an-image). */
type ImportMethod =
  /** For an active image, from a store that has it; usually for administrators only. */
  | { readonly name: 'copy-image' }
  /** For a queued image, from this URL. */
  | { readonly name: 'web-download'; readonly uri: string };

export interface ImportOptions {
  readonly method: ImportMethod;
  /** Ids of stores, or all that do not have the data yet; the cloud's default if omitted. */
  readonly stores?: readonly string[] | 'all';
  /** Whether a failure of one store undoes the others; true if omitted. */
  readonly allStoresMustSucceed?: boolean;
  readonly signal?: AbortSignal;
}

/** A task of Glance for one image. Its message is usually just "Task failed due to Internal Error". */
export interface ImageTask {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly createdAt: string;
  /** When Glance wrote to it last, in UTC without saying so; empty where it is not told. */
  readonly updatedAt: string;
}

/** Imports, which Glance does after its answer. Every method throws `Failure`. */
export interface ImportService {
  /** The names of the methods that the cloud offers. */
  methods(signal?: AbortSignal): Promise<readonly string[]>;
  /** Returns once Glance has accepted the task; the image shows later whether it succeeds. Throws `forbidden` without permission, `conflict` if another import is running. */
  start(id: string, options: ImportOptions): Promise<Answered<void>>;
  /** The tasks of an image, newest first. */
  tasks(id: string, signal?: AbortSignal): Promise<readonly ImageTask[]>;
}

/** Parses the methods of an answer. Throws `glance-unusable` for anything else. */
export function parseMethods(value: unknown): readonly string[] {
  const methods = field(field(value, 'import-methods'), 'value');
  if (!Array.isArray(methods)) throw unusable('import methods');
  return methods.filter((method: unknown) => typeof method === 'string');
}

/** Parses the tasks of an answer, newest first. Throws `glance-unusable` for anything else. */
export function parseTasks(value: unknown): readonly ImageTask[] {
  const tasks = field(value, 'tasks');
  if (!Array.isArray(tasks)) throw unusable('tasks');
  return tasks
    .map((task: unknown): ImageTask => {
      const text = (name: string): string => {
        const found = field(task, name);
        return typeof found === 'string' ? plainWords(found) : '';
      };
      return {
        id: text('id'),
        status: text('status'),
        message: text('message'),
        createdAt: text('created_at'),
        updatedAt: text('updated_at'),
      };
    })
    .sort((left, right) => right.createdAt.localeCompare(left.createdAt));
}

function unusable(what: string): Failure {
  return new Failure('glance-unusable', `The answer of the image service contains no ${what}.`, {
    next: 'Check the endpoint of the image service.',
  });
}

/** The state of an import, by the image and its tasks. */
export type ImportState =
  | { readonly kind: 'running'; readonly task: ImageTask | undefined }
  | { readonly kind: 'done' }
  /** `stuck`: Glance will never finish this image; it can only be deleted. */
  | { readonly kind: 'failed'; readonly task: ImageTask | undefined; readonly stuck: boolean };

const UNFINISHED: ReadonlySet<string> = new Set(['pending', 'processing']);

/**
 * The state of an import. The lock on the image decides: while it exists Glance is working, whatever the status says
 * (right after the request, the image is still `queued`). Without the lock, an image that is not active has failed, whether it is `queued`
 * again or `importing` forever; but an unfinished task means that the result is still being written.
 *
 * @param tasks newest first; `undefined` if they could not be read
 */
export function importState(image: LiveImage, tasks: readonly ImageTask[] | undefined): ImportState {
  const lock = image.server.os_glance_import_task;
  const task = tasks?.find(({ id }) => id === lock) ?? tasks?.[0];
  if (copyProgress(image).running) return { kind: 'running', task };
  if (image.status === 'active') return { kind: 'done' };
  if (task !== undefined && UNFINISHED.has(task.status) && image.status !== 'killed') return { kind: 'running', task };
  return { kind: 'failed', task, stuck: image.status !== 'queued' };
}

const HOUR = 3_600_000;

/** When Glance wrote to an image or to its import's task last. While it downloads it writes to neither. */
export function lastWrittenAt(image: LiveImage, task: ImageTask | undefined): Date {
  const times = [image.updated_at, task?.updatedAt ?? ''].map((time) =>
    Date.parse(time.endsWith('Z') ? time : `${time}Z`),
  );
  return new Date(Math.max(...times.filter((time) => !Number.isNaN(time))));
}

/**
 * When Glance takes a running import for dead, so that it would let another one have its lock: an hour after it wrote to it
 * last, two where the task is pending (`_enforce_import_lock` in its glance/api/v2/images.py).
 */
export function takenForDeadAt(image: LiveImage, task: ImageTask | undefined): Date {
  const lasts = task?.status === 'pending' ? 2 * HOUR : HOUR;
  return new Date(lastWrittenAt(image, task).getTime() + lasts);
}
