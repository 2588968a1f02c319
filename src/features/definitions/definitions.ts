import * as vscode from 'vscode';
import type { Place } from '../../core/place.ts';
import type { Commands } from '../../platform/commands.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { definitionSelector } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { UpstreamStore } from '../../state/definitions/upstream.ts';
import type { TransferStore } from '../../state/transfers/transfers.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { NamedSecrets } from '../../platform/memory/secrets.ts';
import { checkUpstream } from './check-upstream.ts';
import { chooseImage } from './choose-image.ts';
import { DefinitionLenses } from './code-lenses.ts';
import { DefinitionDiagnostics } from './diagnostics.ts';
import { wakeJsonFeatures } from './json-features.ts';
import { keepSecret } from './keep-secret.ts';
import { openDefinition } from '../../platform/files/open-definition.ts';
import type { DefinitionsHere } from '../../platform/files/open-definition.ts';
import { DriftHover } from './drift.ts';
import { DefinitionQuickFixes } from './quick-fixes.ts';
import { showImageOfDefinition } from './show-image.ts';
import { takeUpstream } from './take-upstream.ts';
import { copyDefinitionAsTerraform, newDefinitionFromTerraform } from './terraform.ts';
import type { Subscription } from '../../state/observable.ts';

/** What definition files need. */
export interface DefinitionsOptions extends DefinitionsHere {
  readonly definitions: DefinitionsStore;
  readonly plans: PlansStore;
  readonly knowledge: CloudKnowledge;
  readonly upstream: UpstreamStore;
  readonly commands: Commands;
  readonly transfers: TransferStore;
  readonly engines: EngineAccess;
  readonly secrets: NamedSecrets;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
  /** Shows a live image as a read-only document. Throws `Failure`. */
  readonly showImage: (place: Place, id: string) => Promise<void>;
}

/** Diagnostics with quick fixes and CodeLens of definition files, and the ways between an image and its definition. */
export function registerDefinitions(options: DefinitionsOptions): Subscription[] {
  const { definitions, plans, commands, notifications } = options;
  const lenses = new DefinitionLenses(options);
  commands.register('glanceImages.newDefinitionFromTerraform', () => newDefinitionFromTerraform(notifications));
  commands.register('glanceImages.copyDefinitionAsTerraform', () => copyDefinitionAsTerraform());
  commands.register('glanceImages.openDefinition', (target) => openDefinition(target, options));
  commands.register('glanceImages.checkUpstream', (target) => checkUpstream(target, options));
  commands.register('glanceImages.takeUpstream', (uri, index) => takeUpstream(uri, index, options));
  commands.register('glanceImages.chooseImage', (uri, offset) => chooseImage(uri, offset, options));
  commands.register('glanceImages.showImageOfDefinition', (uri, index) => showImageOfDefinition(uri, index, options));
  commands.register('glanceImages.keepSecret', (uri, offset) => keepSecret(uri, offset, options.secrets));
  return [
    new DefinitionDiagnostics(options),
    lenses,
    wakeJsonFeatures(),
    vscode.languages.registerCodeLensProvider(definitionSelector, lenses),
    vscode.languages.registerHoverProvider(definitionSelector, new DriftHover(definitions, plans)),
    vscode.languages.registerCodeActionsProvider(definitionSelector, new DefinitionQuickFixes(options), {
      providedCodeActionKinds: DefinitionQuickFixes.kinds,
    }),
    { dispose: () => definitions.dispose() },
    { dispose: () => plans.dispose() },
    { dispose: () => options.upstream.dispose() },
  ];
}
