import { isAbort, toFailure } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { namedAt } from './chosen-images.ts';
import { askModal } from '../../platform/prompts/questions.ts';

/** Images that are worked on side by side. */
const atOnce = 4;
/** Failures that a notification names; the log has all. */
const namedAtMost = 3;

/** Something that is done to each of some images. */
export interface ImagesTask {
  /** `Deleting {0}`, `{0} could not be deleted`, `Deleted {0}.`: how it is told, with what it is done to in words. */
  readonly doing: (what: string) => string;
  readonly failed: (what: string) => string;
  readonly done: (what: string) => string;
  /** What else those that it was done to have to be told of, in the same notification. */
  readonly note?: (done: readonly ImageAt[]) => string | undefined;
  /** Told of only where it failed or was cut, because more of the same action follows. */
  readonly quiet?: boolean;
  /** Throws `Failure`. */
  readonly work: (at: ImageAt, signal: AbortSignal) => Promise<void>;
}

/** How a task ended for each of its images. */
export interface ImagesOutcome {
  readonly done: readonly ImageAt[];
  readonly failed: readonly { readonly at: ImageAt; readonly failure: Failure }[];
  /** Cut off by the user: the cloud may have done it all the same. */
  readonly cut: readonly ImageAt[];
  /** Not begun, because the user cancelled. */
  readonly left: readonly ImageAt[];
}

/** Who is told. */
export interface Told {
  readonly notifications: Notifications;
  readonly log: GlanceLog;
}

/** Does the task to each image, goes on where one fails, and tells in one notification which did and which did not, and why. */
export async function onImages(images: readonly ImageAt[], task: ImagesTask, told: Told): Promise<ImagesOutcome> {
  const done: ImageAt[] = [];
  const failed: { at: ImageAt; failure: Failure }[] = [];
  const cut: ImageAt[] = [];
  await withCancellableProgress(task.doing(counted(images)), async (signal, report) => {
    const queue = images.values();
    const work = async (): Promise<void> => {
      // One iterator for all: each takes what is next.
      for (const at of queue) {
        if (signal.aborted) return;
        if (images.length > 1) report(namedAt(at));
        try {
          await task.work(at, signal);
          done.push(at);
          told.log.info(task.done(`${namedAt(at)}, ${at.id}`));
        } catch (error) {
          if (isAbort(error)) cut.push(at);
          else failed.push({ at, failure: toFailure(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, images.length) }, work));
  });
  const begun = new Set([...done, ...failed.map(({ at }) => at), ...cut]);
  const outcome = { done, failed, cut, left: images.filter((at) => !begun.has(at)) };
  tell(outcome, images, task, told);
  return outcome;
}

function tell(outcome: ImagesOutcome, images: readonly ImageAt[], task: ImagesTask, told: Told): void {
  const { notifications, log } = told;
  const { done, failed, cut, left } = outcome;
  const [first] = failed;
  if (first !== undefined && images.length === 1) {
    notifications.failed(first.failure);
    return;
  }
  for (const { failure } of failed) log.failure(failure);
  if (task.quiet === true && done.length === images.length) return;
  const note = task.note?.(done);
  const parts = [
    ...(failed.length > 0
      ? [failuresInWords(outcome, images, task)]
      : done.length > 0
        ? [task.done(counted(done))]
        : []),
    ...cutInWords(outcome),
    ...(note === undefined ? [] : [note]),
  ];
  const message = parts.join(' ');
  if (failed.length > 0) notifications.error(message);
  else if (cut.length + left.length > 0 || note !== undefined) notifications.warn(message);
  else notifications.inform(message);
}

function cutInWords({ cut, left }: ImagesOutcome): readonly string[] {
  if (cut.length + left.length === 0) return [];
  return [
    'Cancelled.',
    ...(cut.length > 0 ? [`In progress when cancelled, check their state: ${cut.map(namedAt).join(', ')}.`] : []),
    ...(left.length > 0 ? [`Not started: ${counted(left)}.`] : []),
  ];
}

/** `2 of 5 images could not be deleted: "a" in cloud/region: …`. */
function failuresInWords({ failed }: ImagesOutcome, images: readonly ImageAt[], task: ImagesTask): string {
  const lines = failed.slice(0, namedAtMost).map(({ at, failure }) => `${namedAt(at)}: ${failure.explain()}`);
  const rest = failed.length - lines.length;
  const more = rest > 0 ? [`${rest} more are in the log.`] : [];
  const what = `${failed.length} of ${images.length} images`;
  return [`${task.failed(what)}.`, ...lines, ...more].join(' ');
}

/** The one image by name, or how many. */
export function counted(images: readonly ImageAt[]): string {
  const [only] = images;
  return images.length === 1 && only !== undefined ? namedAt(only) : `${images.length} images`;
}

/** Asks in a modal that names every image; up to twenty, and how many more. */
export async function agreed(
  question: string,
  images: readonly ImageAt[],
  notes: readonly string[],
  button: string,
): Promise<boolean> {
  const listed = images.slice(0, 20).map((at) => (images.length === 1 ? at.id : `${namedAt(at)}, ${at.id}`));
  const rest = images.length > listed.length ? [`and ${images.length - listed.length} more`] : [];
  const detail = [...listed, ...rest, '', ...notes].join('\n');
  return askModal({ question, detail, button });
}
