import { Failure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import { requireTrust } from '../../platform/trust.ts';
import { filePath } from '../../platform/files/uris.ts';
import { definitionAt, placeOf, type ChooseImageOptions } from './choose-image.ts';

export interface ShowImageOptions extends ChooseImageOptions {
  /** Shows a live image. Throws `Failure`. */
  readonly showImage: (place: Place, id: string) => Promise<void>;
}

/**
 * *Show Image of Definition*: the live image that the definition names or, by its last plan, means; asks for the region where there
 * are several.
 * @param index of the definition in its file; without a document, the one at the cursor is meant
 */
export async function showImageOfDefinition(uri: unknown, index: unknown, options: ShowImageOptions): Promise<void> {
  requireTrust();
  const { definitions } = options;
  const { document, definition: atCursor } = await definitionAt(uri, undefined, definitions);
  const { definitions: all } = definitions.read(filePath(document.uri), document.getText());
  const definition = all.find((each) => each.index === index) ?? atCursor;
  const place = await placeOf(definition, options);
  if (place === undefined) return;
  const planned = options.plans
    .recordsOf(definition)
    .find(({ plan }) => plan.place.cloud === place.cloud && plan.place.region === place.region);
  const id = planned?.result?.live?.id ?? planned?.plan.live?.id ?? definition.arguments.image_id;
  if (id === undefined) {
    throw new Failure('no-image', `The image of "${definition.arguments.name}" is not known yet.`, {
      next: 'Preview its changes first.',
    });
  }
  await options.showImage(place, id);
}
