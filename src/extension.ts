import type * as vscode from 'vscode';
import { parseDefinitions } from './core/definition/parse.ts';
import { registerApply } from './features/apply/apply.ts';
import { registerCloudsCommands } from './features/clouds/clouds-commands.ts';
import { registerDefinitions } from './features/definitions/definitions.ts';
import { registerExplorer } from './features/explorer/explorer.ts';
import { registerImages } from './features/images/images.ts';
import { registerImport } from './features/import/import.ts';
import { registerPreview } from './features/plan/preview.ts';
import { registerSandbox } from './features/sandbox/sandbox.ts';
import { Commands } from './platform/commands.ts';
import { createEngineAccess } from './platform/engine-options.ts';
import { GlanceLog } from './platform/log.ts';
import { Notifications } from './platform/notifications.ts';
import { ReadOnlyDocuments } from './platform/read-only-documents.ts';
import { Passwords } from './platform/secrets.ts';
import { readSettings } from './platform/settings.ts';
import { RunningApplies } from './state/applies.ts';
import { CloudsStore } from './state/clouds.ts';
import { DefinitionsStore } from './state/definitions.ts';
import { PlansStore } from './state/plans.ts';
import { SandboxStore } from './state/sandbox.ts';

/** Composes the extension. Reads no file and asks no cloud: that begins when somebody looks at the view or runs a command. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new GlanceLog();
  const notifications = new Notifications(log);
  const commands = new Commands(notifications);
  const documents = new ReadOnlyDocuments();
  const passwords = new Passwords(context.secrets);
  const sandbox = new SandboxStore();
  const plans = new PlansStore();
  const applies = new RunningApplies();
  const definitions = new DefinitionsStore(parseDefinitions);
  const version = String(Reflect.get(context.extension.packageJSON as object, 'version'));
  const { access: engines, disposables } = createEngineAccess({ version, log, passwords, notifications, sandbox });
  const clouds = new CloudsStore(
    (work) => engines.use(work),
    () => readSettings().pageSize,
  );
  const explorer = registerExplorer({ clouds, engines, commands, log });
  const script = context.asAbsolutePath('dist/sandbox.js');
  const transfers = { begin: () => undefined, record: () => undefined };
  const apply = registerApply({
    engines,
    plans,
    applies,
    transfers,
    notifications,
    log,
    commands,
    showTransfers: () => undefined,
    reveal: explorer.reveal,
  });
  registerPreview({ engines, plans, documents, notifications, commands });
  registerImages({ engines, clouds, documents, notifications, commands, log });
  registerImport({ engines, commands });
  registerCloudsCommands({ commands, engines, passwords, notifications, log });
  context.subscriptions.push(
    commands,
    documents,
    ...disposables,
    ...explorer.disposables,
    ...apply.disposables,
    ...registerDefinitions({ definitions, plans, commands }),
    ...registerSandbox({ sandbox, script, storage: context.globalStorageUri, commands, notifications, log }),
    log,
  );
}
