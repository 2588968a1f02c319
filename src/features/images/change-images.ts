import * as vscode from 'vscode';
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
  const { t } = vscode.l10n;
  return compared.length === 1
    ? t(
        'A definition sets this for {0}: where they differ now, its next plan would undo the change.',
        counted(compared),
      )
    : t(
        'Definitions set this for {0} of them: where they differ now, their next plans would undo the change.',
        compared.length,
      );
}

interface Question {
  readonly text: string;
  readonly note: string;
  readonly button: string;
}

/** What is asked before; nothing where the change is undone as easily. */
function questionFor(change: ImageChange, what: string): Question | undefined {
  const { t } = vscode.l10n;
  if (change.kind === 'active' && !change.active) {
    return {
      text: t('Deactivate {0}?', what),
      note: t('Its data cannot be downloaded and no server can be started from it until it is reactivated.'),
      button: t('Deactivate'),
    };
  }
  if (change.kind !== 'visibility') return undefined;
  switch (change.visibility) {
    case 'public':
      return {
        text: t('Make {0} public?', what),
        note: t('Every project of the cloud will see and use it.'),
        button: t('Make Public'),
      };
    case 'community':
      return {
        text: t('Make {0} a community image?', what),
        note: t('Every project of the cloud can use it, and finds it by its ID.'),
        button: t('Make Community'),
      };
    case 'private':
    case 'shared':
      return undefined;
  }
}

function wordsFor(change: ImageChange): Pick<ImagesTask, 'doing' | 'failed' | 'done'> {
  const { t } = vscode.l10n;
  switch (change.kind) {
    case 'protected':
      return change.protected
        ? words(t('Protecting {0}'), t('{0} could not be protected'), t('Protected {0}.'))
        : words(t('Unprotecting {0}'), t('{0} could not be unprotected'), t('Unprotected {0}.'));
    case 'hidden':
      return change.hidden
        ? words(t('Hiding {0}'), t('{0} could not be hidden'), t('Hid {0}.'))
        : words(t('Unhiding {0}'), t('{0} could not be unhidden'), t('Unhid {0}.'));
    case 'active':
      return change.active
        ? words(t('Reactivating {0}'), t('{0} could not be reactivated'), t('Reactivated {0}.'))
        : words(t('Deactivating {0}'), t('{0} could not be deactivated'), t('Deactivated {0}.'));
    case 'member':
      return change.shared
        ? words(t('Sharing {0}'), t('{0} could not be shared'), t('Shared {0}.'))
        : words(
            t('Ending the sharing of {0}'),
            t('{0} is still shared'),
            t('Not shared with that project any more: {0}.'),
          );
    case 'visibility':
      return words(
        t('Changing the visibility of {0}'),
        t('{0} did not become {1}', '{0}', change.visibility),
        t('{0} is {1} now.', '{0}', change.visibility),
      );
  }
}

function words(doing: string, failed: string, done: string): Pick<ImagesTask, 'doing' | 'failed' | 'done'> {
  const fill = (text: string) => (what: string) => text.replace('{0}', () => what);
  return { doing: fill(doing), failed: fill(failed), done: fill(done) };
}
