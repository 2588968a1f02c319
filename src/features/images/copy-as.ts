import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import { createCommand, saveCommand, showCommand } from '../../core/reconcile/words/openstack-command.ts';
import { imagesAsTerraform } from '../../core/terraform/render.ts';
import type { Place } from '../../core/place.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { imagesAsJson } from './image-json.ts';

interface Shown {
  readonly place: Place;
  readonly image: LiveImage;
}

interface Form extends vscode.QuickPickItem {
  readonly text: (images: readonly Shown[]) => string;
}

/** One after the other. */
const each =
  (text: (place: Place, image: LiveImage) => string): Form['text'] =>
  (images) =>
    images.map(({ place, image }) => text(place, image).trimEnd()).join('\n');

/** *Copy as…*: images as text for somewhere else. */
export async function copyAs(engines: EngineAccess, images: readonly ImageAt[]): Promise<void> {
  const forms: readonly Form[] = [
    { label: 'openstack command: create', description: 'openstack image create …', text: each(createCommand) },
    { label: 'openstack command: show', description: 'openstack image show …', text: each(showCommand) },
    { label: 'openstack command: save', description: 'openstack image save …', text: each(saveCommand) },
    { label: 'Terraform', description: 'resource and import block', text: imagesAsTerraform },
    {
      label: 'JSON',
      description: 'everything that the cloud reports',
      text: (images) => imagesAsJson(images.map(({ image }) => image)),
    },
    { label: 'Name', text: each((_, image) => image.name ?? '') },
  ];
  const chosen = await vscode.window.showQuickPick([...forms], { title: 'Copy As' });
  if (chosen === undefined) return;
  const shown = await Promise.all(
    images.map(async ({ place, id }) => ({ place, image: await engines.use((engine) => engine.image(place, id)) })),
  );
  await vscode.env.clipboard.writeText(chosen.text(shown).trimEnd());
  vscode.window.setStatusBarMessage('Copied to the clipboard.', 3000);
}
