import * as vscode from 'vscode';
import { toFailure } from './core/failure.ts';
import type { Plan } from './core/reconcile/model/plan.ts';
import type { ApplyResult } from './core/reconcile/model/result.ts';
import { registerRunning } from './features/apply/running.ts';
import { registerCloudsDiagnostics } from './features/clouds/clouds-diagnostics.ts';
import type { DetailsFeature } from './features/details/details.ts';
import { registerExplorer } from './features/explorer/explorer.ts';
import type { PreviewFeature } from './features/plan/preview.ts';
import { registerSandbox } from './features/sandbox/sandbox.ts';
import { registerTools } from './features/tools/tools.ts';
import { registerTransfers } from './features/transfers/register.ts';
import { commandsOf } from './platform/command-ids.ts';
import { isDefinitionDocument } from './platform/files/uris.ts';
import { Later } from './platform/later.ts';
import { createServices, type Services } from './platform/services.ts';
import { addToTerminals } from './platform/terminal-command.ts';
import type { Subscription } from './state/observable.ts';

/**
 * Composes the extension. Asks no cloud and looks for no files: that begins when somebody looks at the view or runs a command. What
 * only a command or a definition file needs is loaded by the first.
 */
export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  const { commands } = services;
  addToTerminals(context);
  const explorer = registerExplorer(services);
  const images = new Later(async () => (await import('./features/images/images.ts')).registerImages(services));
  const details = new Later(async () => (await import('./features/details/details.ts')).registerDetails(services));
  const showImage: DetailsFeature['show'] = async (...image) => (await details.get()).show(...image);
  const transfers = registerTransfers({
    ...services,
    cancel: (id) => images.loaded?.downloads.cancel(id) === true || running.cancel(id),
    openImage: showImage,
    downloadAgain: async (...image) => (await images.get()).downloads.again(...image),
    applyAgain: async (definition, place) => (await apply.get()).applyIn(definition, place),
  });
  const applying = { ...services, showTransfers: transfers.showStarted, reveal: explorer.reveal };
  const running = registerRunning({
    ...applying,
    applyOnly: async (...what) => (await apply.get()).applyOnly(...what),
  });
  const apply = new Later(async () =>
    (await import('./features/apply/apply.ts')).registerApply({ ...applying, untold: running.untold }),
  );
  const applyPlanned = async (plans: readonly Plan[]): Promise<readonly ApplyResult[]> =>
    (await apply.get()).applyPlanned(plans);
  const previews = new Later(async () =>
    (await import('./features/plan/preview.ts')).registerPreview({ ...services, applyPlanned, showImage }),
  );
  const definitions = new Later(async () => {
    const [{ registerDefinitions }, { registerEditing }] = await Promise.all([
      import('./features/definitions/definitions.ts'),
      import('./features/editing/editing.ts'),
    ]);
    return [...registerDefinitions({ ...services, showImage }), ...registerEditing(services)];
  });
  commands.registerLater(commandsOf.apply, apply.get);
  commands.registerLater(commandsOf.definitions, definitions.get);
  commands.registerLater(commandsOf.details, details.get);
  commands.registerLater(commandsOf.images, images.get);
  commands.registerLater(commandsOf.plan, previews.get);
  commands.registerLater(commandsOf.drift, async () => {
    const showPlans: PreviewFeature['showPlans'] = async (...shown) => (await previews.get()).showPlans(...shown);
    (await import('./features/drift/check-drift.ts')).registerDrift({ ...services, showPlans });
  });
  registerOnlyCommands(services);
  context.subscriptions.push(
    // What the transfer host does goes on: before running applies are cancelled.
    services.hosted,
    ...explorer.disposables,
    // Running applies and downloads are cancelled before the transfers are kept.
    ...running.disposables,
    disposeLoaded(images, ({ downloads }) => [downloads]),
    disposeLoaded(details, (feature) => [feature]),
    ...transfers.disposables,
    whenOneIsOpen(() => definitions.get().catch((error: unknown) => services.log.failure(toFailure(error)))),
    disposeLoaded(definitions, (parts) => parts),
    disposeLoaded(previews, ({ disposables }) => disposables),
    ...registerCloudsDiagnostics(services),
    ...registerSandbox(services),
    ...registerTools({ ...services, applyPlanned }),
    ...services.disposables,
  );
}

/** Features that are nothing but commands. */
function registerOnlyCommands(services: Services): void {
  const { commands } = services;
  commands.registerLater(commandsOf.cache, async () =>
    (await import('./features/cache/cache.ts')).registerCache(services),
  );
  commands.registerLater(commandsOf.clouds, async () => {
    const [{ registerCloudsCommands }, { registerSignIn }] = await Promise.all([
      import('./features/clouds/clouds-commands.ts'),
      import('./features/clouds/sign-in.ts'),
    ]);
    registerCloudsCommands(services);
    registerSignIn(services);
  });
  commands.registerLater(commandsOf.import, async () => {
    const [{ registerImport }, { registerPromote }] = await Promise.all([
      import('./features/import/import.ts'),
      import('./features/import/promote.ts'),
    ]);
    registerImport(services);
    registerPromote(services);
  });
  commands.registerLater(commandsOf['new-definition'], async () =>
    (await import('./features/new-definition/register.ts')).registerNewDefinition(services),
  );
  commands.registerLater(commandsOf.rollback, async () =>
    (await import('./features/rollback/rollback.ts')).registerRollback(services),
  );
}

/** Loads what is for definition files when one is open, and not before VS Code is told that the extension is awake. */
function whenOneIsOpen(load: () => unknown): Subscription {
  const look = (document: vscode.TextDocument): void => {
    if (isDefinitionDocument(document)) setImmediate(load);
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}

function disposeLoaded<T>(part: Later<T>, disposables: (loaded: T) => readonly Subscription[]): Subscription {
  return {
    dispose: () => {
      if (part.loaded !== undefined) for (const each of disposables(part.loaded)) each.dispose();
    },
  };
}
