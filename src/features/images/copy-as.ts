import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import { createCommand, saveCommand, showCommand } from '../../core/glance/openstack-command.ts';
import { imageAsTerraform } from '../../core/terraform/image.ts';
import type { Place } from '../../core/place.ts';
import type { EngineAccess } from '../../platform/engine-access.ts';
import type { ImageAt } from '../../platform/pickers.ts';
import { imageAsJson } from './image-json.ts';

interface Form extends vscode.QuickPickItem {
  readonly text: (place: Place, image: LiveImage) => string;
}

/** *Copy as…*: images as text for somewhere else, one after the other. */
export async function copyAs(engines: EngineAccess, images: readonly ImageAt[]): Promise<void> {
  const { t } = vscode.l10n;
  const forms: readonly Form[] = [
    { label: t('openstack command: create'), description: 'openstack image create …', text: createCommand },
    { label: t('openstack command: show'), description: 'openstack image show …', text: showCommand },
    { label: t('openstack command: save'), description: 'openstack image save …', text: saveCommand },
    { label: 'Terraform', description: t('resource and import block'), text: imageAsTerraform },
    { label: t('JSON'), description: t('all that the cloud reports'), text: (_, image) => imageAsJson(image) },
    { label: t('Name'), text: (_, image) => image.name ?? '' },
  ];
  const chosen = await vscode.window.showQuickPick([...forms], { title: t('Copy As') });
  if (chosen === undefined) return;
  const texts = await Promise.all(
    images.map(async ({ place, id }) => chosen.text(place, await engines.use((engine) => engine.image(place, id)))),
  );
  await vscode.env.clipboard.writeText(texts.map((text) => text.trimEnd()).join('\n'));
  vscode.window.setStatusBarMessage(t('Copied to the clipboard.'), 3000);
}
