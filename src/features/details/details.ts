import type * as vscode from 'vscode';
import type { Place } from '../../core/place.ts';
import { chosenImages } from '../../platform/prompts/chosen-images.ts';
import type { Subscription } from '../../state/observable.ts';
import type { DetailsOptions } from './details-options.ts';
import type { DetailsPanel } from './details-panel.ts';

/** What others may do with the page of an image. */
export interface DetailsFeature extends Subscription {
  /** Shows a live image, in the active column unless told another. Throws `Failure`. */
  readonly show: (place: Place, id: string, viewColumn?: vscode.ViewColumn) => Promise<void>;
}

/** *Show Image*: the page of an image. Its code is loaded when somebody first looks. */
export function registerDetails(options: DetailsOptions): DetailsFeature {
  let panel: Promise<DetailsPanel> | undefined;
  const open = (): Promise<DetailsPanel> =>
    (panel ??= import('./details-panel.ts').then((module) => new module.DetailsPanel(options)));
  options.commands.register('glanceImages.showImage', async (...args) => {
    const [first] = await chosenImages(options, args, 'Show Image');
    const preserveFocus = args[2] === true;
    if (first !== undefined) await (await open()).show(first.place, first.id, undefined, preserveFocus);
  });
  return {
    show: async (place, id, viewColumn) => (await open()).show(place, id, viewColumn),
    dispose: () => void panel?.then((opened) => opened.dispose()),
  };
}
