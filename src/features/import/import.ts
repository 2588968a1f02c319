import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { pickImage, pickPlace } from '../../platform/prompts/pickers.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { isImageNode } from '../../state/clouds/clouds-tree.ts';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/files/new-definition-file.ts';

/** What *Import as Definition* needs. */
export interface ImportOptions {
  readonly engines: EngineAccess;
  readonly commands: Commands;
}

/** *Import as Definition*: images of the view, or one by name or id, become definition files in the workspace. */
export function registerImport({ engines, commands }: ImportOptions): void {
  commands.register('glanceImages.importImage', async (clicked, selected) => {
    const nodes = (Array.isArray(selected) ? selected : [clicked]).filter(isImageNode);
    const images: readonly ImageAt[] =
      nodes.length > 0 ? nodes.map(({ place, image }) => ({ place, id: image.id, image })) : await picked(engines);
    if (images.length === 0) return;
    const folder = await workspaceFolderForNew();
    if (folder === 'declined') return;
    for (const at of images) {
      const text = await withCancellableProgress(`Importing ${at.image?.name ?? at.id}`, (signal) =>
        engines.use((engine) => engine.importImage(at.place, at.id, signal)),
      );
      await openNewDefinition(folder, at.image?.name ?? at.id, text);
    }
  });
}

async function picked(engines: EngineAccess): Promise<readonly ImageAt[]> {
  const place = await pickPlace(engines);
  if (place === undefined) return [];
  const at = await pickImage(engines, place, 'Import as Definition');
  return at === undefined ? [] : [at];
}
