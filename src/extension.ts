import type * as vscode from 'vscode';
import { registerApply } from './features/apply/apply.ts';
import { registerCache } from './features/cache/cache.ts';
import { registerCloudsCommands } from './features/clouds/clouds-commands.ts';
import { registerCloudsDiagnostics } from './features/clouds/clouds-diagnostics.ts';
import { registerSignIn } from './features/clouds/sign-in.ts';
import { registerDefinitions } from './features/definitions/definitions.ts';
import { registerEditing } from './features/editing/editing.ts';
import { registerExplorer } from './features/explorer/explorer.ts';
import { registerImages } from './features/images/images.ts';
import { registerImport } from './features/import/import.ts';
import { registerNewDefinition } from './features/new-definition/register.ts';
import { registerPreview } from './features/plan/preview.ts';
import { registerRollback } from './features/rollback/rollback.ts';
import { registerSandbox } from './features/sandbox/sandbox.ts';
import { registerTools } from './features/tools/tools.ts';
import { registerTransfers } from './features/transfers/register.ts';
import { createServices } from './platform/services.ts';

/** Composes the extension. Asks no cloud and looks for no files: that begins when somebody looks at the view or runs a command. */
export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  const explorer = registerExplorer(services);
  const images = registerImages(services);
  const panel = registerTransfers({
    ...services,
    cancel: (id) => images.downloads.cancel(id) || apply.cancel(id),
    openImage: images.show,
    downloadAgain: (place, id, path) => images.downloads.again(place, id, path),
    applyAgain: (definition, place) => apply.applyIn(definition, place),
  });
  const apply = registerApply({ ...services, showTransfers: panel.show, reveal: explorer.reveal });
  const previews = registerPreview({ ...services, applyPlanned: apply.applyPlanned });
  registerRollback(services);
  registerImport(services);
  registerNewDefinition(services);
  registerCloudsCommands(services);
  registerSignIn(services);
  registerCache(services);
  context.subscriptions.push(
    // What the transfer host does goes on: before running applies are cancelled.
    services.hosted,
    ...explorer.disposables,
    // Running applies and downloads are cancelled before the transfers are kept.
    ...apply.disposables,
    images.downloads,
    ...panel.disposables,
    ...registerDefinitions({ ...services, showImage: images.show }),
    ...previews,
    ...registerEditing(services),
    ...registerCloudsDiagnostics(services),
    ...registerSandbox(services),
    ...registerTools({ ...services, applyPlanned: apply.applyPlanned }),
    ...services.disposables,
  );
}
