import { Failure } from '../failure.ts';
import { field, plainWords, type Answered } from '../http/answers.ts';
import type { LiveImage } from './image.ts';
import { copyProgress } from './stores.ts';

/** How Glance gets an image's data by itself (https://docs.openstack.org/api-ref/image/v2/#import-an-image). */
type ImportMethod =
  /** Of an active image, from a store that has it; mostly an administrator's right. */
  | { readonly name: 'copy-image' }
  /** Of a queued image, from this address. */
  | { readonly name: 'web-download'; readonly uri: string };

export interface ImportOptions {
  readonly method: ImportMethod;
  /** Ids of stores, or all that do not have the data yet; the cloud's default where omitted. */
  readonly stores?: readonly string[] | 'all';
  /** Whether one store that fails undoes the others; true where omitted. */
  readonly allStoresMustSucceed?: boolean;
  readonly signal?: AbortSignal;
}

/** A task of Glance's for one image. Its message says little: mostly "Task failed due to Internal Error". */
export interface ImageTask {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly createdAt: string;
  /** When Glance wrote to it last, in UTC without saying so; empty where it is not told. */
  readonly updatedAt: string;
}

/** Imports: work that Glance does after it has answered. Every method throws `Failure`. */
export interface ImportService {
  /** The names of the methods that the cloud offers. */
  methods(signal?: AbortSignal): Promise<readonly string[]>;
  /** Returns once Glance has taken the task; whether it succeeds is on the image then. Throws `forbidden` without the right, `conflict` where another import is at work. */
  start(id: string, options: ImportOptions): Promise<Answered<void>>;
  /** The tasks of an image, newest first. */
  tasks(id: string, signal?: AbortSignal): Promise<readonly ImageTask[]>;
}

/** The methods of an answer. Throws `glance-unusable` where it holds none. */
export function parseMethods(value: unknown): readonly string[] {
  const methods = field(field(value, 'import-methods'), 'value');
  if (!Array.isArray(methods)) throw unusable('import methods');
  return methods.filter((method: unknown) => typeof method === 'string');
}

/** The tasks of an answer, newest first. Throws `glance-unusable` where it holds none. */
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
  return new Failure('glance-unusable', `The answer of the image service holds no ${what}.`, {
    next: 'Check the endpoint of the image service.',
  });
}

/** How an import stands, by what the image and its tasks say. */
export type ImportState =
  | { readonly kind: 'running'; readonly task: ImageTask | undefined }
  | { readonly kind: 'done' }
  /** `stuck`: Glance has let go of an image that it will never finish; only deleting it helps. */
  | { readonly kind: 'failed'; readonly task: ImageTask | undefined; readonly stuck: boolean };

const UNFINISHED: ReadonlySet<string> = new Set(['pending', 'processing']);

/**
 * Reads how an import stands. The lock on the image decides: while it is there Glance is at work, whatever the status says
 * (right after it was asked, the image is still `queued`). Without it, an image that is not active has failed, be it `queued`
 * again or `importing` for ever; only a task that has not ended yet says that the end is still being written.
 *
 * @param tasks newest first; `undefined` where they could not be read
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
