import { isCompared, type ImageChange } from '../../core/reconcile/applying/change-image.ts';
import { readMarks } from '../../core/reconcile/ownership/marks.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import { agreed, counted, onImages } from './on-images.ts';
import type { ImagesTask, Told } from './on-images.ts';

/** What changing images needs. */
export interface ChangeImagesOptions extends Told {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
}

/**
 * Changes images by hand, after a modal where that takes something from others or shows something to them. Returns whether all were changed.
 *
 * @param quiet nothing is told where all went well, because more of the same action follows
 */
export async function changeImages(
  options: ChangeImagesOptions,
  images: readonly ImageAt[],
  change: ImageChange,
  quiet = false,
): Promise<boolean> {
  if (images.length === 0) return false;
  const question = questionFor(change, counted(images));
  const notes = [question?.note, comparedNote(images, change)].filter((note) => note !== undefined);
  if (question !== undefined && !(await agreed(question.text, images, notes, question.button))) return false;
  const { engines, clouds } = options;
  const { done } = await onImages(
    images,
    {
      ...wordsFor(change),
      quiet,
      // A modal has said so already.
      note: (changed) => (question === undefined ? comparedNote(changed, change) : undefined),
      work: async ({ place, id }, signal) => {
        clouds.put(place, await engines.use((engine) => engine.changeImage(place, id, change, signal)));
      },
    },
    options,
  );
  return done.length === images.length;
}

/** Those that a definition made, as far as the view knows. */
export function managedOf(images: readonly ImageAt[]): readonly ImageAt[] {
  return images.filter(({ image }) => image !== undefined && readMarks(image) !== undefined);
}

/** What a change by hand means for images whose definitions speak of what is changed. */
function comparedNote(images: readonly ImageAt[], change: ImageChange): string | undefined {
  const compared = images.filter(({ image }) => image !== undefined && isCompared(image, change));
  if (compared.length === 0) return undefined;
  return compared.length === 1
    ? `A definition sets this for ${counted(compared)}. If it differs, its next apply undoes this change.`
    : `Definitions set this for ${compared.length} of them. If they differ, their next apply undoes this change.`;
}

interface Question {
  readonly text: string;
  readonly note: string;
  readonly button: string;
}

/** What is asked before; nothing where the change is undone as easily. */
function questionFor(change: ImageChange, what: string): Question | undefined {
  if (change.kind === 'active' && !change.active) {
    return {
      text: `Deactivate ${what}?`,
      note: "Until it is reactivated, its data can't be downloaded and no server can be started from it.",
      button: 'Deactivate',
    };
  }
  if (change.kind !== 'visibility') return undefined;
  switch (change.visibility) {
    case 'public':
      return {
        text: `Make ${what} public?`,
        note: 'Every project of the cloud will be able to see and use it.',
        button: 'Make Public',
      };
    case 'community':
      return {
        text: `Make ${what} a community image?`,
        note: 'Every project of the cloud can use it by its ID.',
        button: 'Make Community',
      };
    case 'private':
    case 'shared':
      return undefined;
  }
}

function wordsFor(change: ImageChange): Pick<ImagesTask, 'doing' | 'failed' | 'done'> {
  switch (change.kind) {
    case 'protected':
      return change.protected
        ? words('Protecting {0}', '{0} could not be protected', 'Protected {0}.')
        : words('Unprotecting {0}', '{0} could not be unprotected', 'Unprotected {0}.');
    case 'hidden':
      return change.hidden
        ? words('Hiding {0}', '{0} could not be hidden', 'Hidden: {0}.')
        : words('Showing {0}', '{0} could not be shown', 'Shown: {0}.');
    case 'active':
      return change.active
        ? words('Reactivating {0}', '{0} could not be reactivated', 'Reactivated {0}.')
        : words('Deactivating {0}', '{0} could not be deactivated', 'Deactivated {0}.');
    case 'member':
      return change.shared
        ? words('Sharing {0}', '{0} could not be shared', 'Shared {0}.')
        : words('Ending the sharing of {0}', '{0} is still shared', 'Stopped sharing {0}.');
    case 'visibility':
      return words(
        'Changing the visibility of {0}',
        `{0} did not become ${change.visibility}`,
        `{0} is ${change.visibility} now.`,
      );
  }
}

function words(doing: string, failed: string, done: string): Pick<ImagesTask, 'doing' | 'failed' | 'done'> {
  const fill = (text: string) => (what: string) => text.replace('{0}', () => what);
  return { doing: fill(doing), failed: fill(failed), done: fill(done) };
}
