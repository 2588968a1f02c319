import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/files/new-definition-file.ts';
import { pickImage, pickPlace, pickTargets, type ImageAt } from '../../platform/prompts/pickers.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { isImageNode } from '../../state/clouds/clouds-tree.ts';

/** What *Promote…* needs. */
export interface PromoteOptions {
  readonly engines: EngineAccess;
  readonly commands: Commands;
}

/** *Promote…*: an image of the view, or one by name or id, becomes a definition with other regions for its data; an apply sends it. */
export function registerPromote({ engines, commands }: PromoteOptions): void {
  commands.register('glanceImages.promoteImage', async (clicked) => {
    const at = isImageNode(clicked)
      ? { place: clicked.place, id: clicked.image.id, image: clicked.image }
      : await picked(engines);
    if (at === undefined) return;
    const targets = await pickTargets(engines, at.place);
    if (targets.length === 0) return;
    const folder = await workspaceFolderForNew();
    if (folder === 'declined') return;
    const name = at.image?.name ?? at.id;
    const text = await withCancellableProgress(`Promoting ${name}`, (signal) =>
      engines.use((engine) => engine.promotion(at.place, at.id, targets, signal)),
    );
    await openNewDefinition(folder, name, text);
  });
}

async function picked(engines: EngineAccess): Promise<ImageAt | undefined> {
  const place = await pickPlace(engines);
  return place === undefined ? undefined : pickImage(engines, place, 'Promote');
}
