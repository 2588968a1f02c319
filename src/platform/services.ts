import type * as vscode from 'vscode';
import { parseDefinitions } from '../core/definition/parse.ts';
import { AppliedOrigins } from '../state/definitions/applied-origins.ts';
import { RunningApplies } from '../state/definitions/applies.ts';
import type { CloudKnowledge } from '../state/clouds/cloud-knowledge.ts';
import { CloudsStore } from '../state/clouds/clouds.ts';
import { SavedDefinitions } from '../state/definitions/saved-definitions.ts';
import { DefinitionsStore } from '../state/definitions/definitions.ts';
import { LiveImages } from '../state/clouds/live-images.ts';
import { ImageManagement } from '../state/clouds/image-management.ts';
import { ImageViewStore } from '../state/clouds/image-view.ts';
import type { Subscription } from '../state/observable.ts';
import { PlansStore } from '../state/definitions/plans.ts';
import { SandboxStore } from '../state/sandbox.ts';
import { SignedOutClouds } from '../state/clouds/signed-out.ts';
import { runningAt, TransferRows } from '../state/transfers/transfer-rows.ts';
import { TransferStore } from '../state/transfers/transfers.ts';
import { createCloudKnowledge } from './memory/cloud-knowledge.ts';
import { UpstreamStore } from '../state/definitions/upstream.ts';
import { Commands } from './commands.ts';
import type { EngineAccess } from './engine/engine-access.ts';
import { createEngineAccess } from './engine/engine-options.ts';
import { HostedApplies } from './engine/hosted-applies.ts';
import { GlanceLog } from './log.ts';
import { Notifications } from './prompts/notifications.ts';
import { ReadOnlyDocuments } from './files/read-only-documents.ts';
import { NamedSecrets, Passwords } from './memory/secrets.ts';
import { readSettings } from './settings.ts';
import { keepTransfers, keepImageView } from './memory/window-memory.ts';
import { WorkspaceDefinitions } from './files/workspace-definitions.ts';

/** What features are made of. Each takes the part that it names in its options. */
export interface Services {
  readonly log: GlanceLog;
  readonly notifications: Notifications;
  readonly commands: Commands;
  readonly documents: ReadOnlyDocuments;
  readonly passwords: Passwords;
  /** What definitions mean by `${secret:NAME}`. */
  readonly secrets: NamedSecrets;
  readonly signedOut: SignedOutClouds;
  readonly engines: EngineAccess;
  /** Applies that outlive this window. */
  readonly hosted: HostedApplies;
  readonly clouds: CloudsStore;
  /** Every image as it was last read. */
  readonly images: LiveImages;
  /** What clouds said of themselves, for who writes definitions. */
  readonly knowledge: CloudKnowledge;
  /** What publishers said of the sources of definitions. */
  readonly upstream: UpstreamStore;
  /** Filter and grouping of the Glance view. */
  readonly imageView: ImageViewStore;
  readonly imageManagement: ImageManagement;
  /** What the rows of the Glance view show of running transfers. */
  readonly rows: TransferRows;
  readonly savedDefinitions: SavedDefinitions;
  readonly workspaceDefinitions: WorkspaceDefinitions;
  readonly definitions: DefinitionsStore;
  readonly plans: PlansStore;
  readonly applies: RunningApplies;
  readonly appliedOrigins: AppliedOrigins;
  readonly transfers: TransferStore;
  readonly sandbox: SandboxStore;
  readonly extensionUri: vscode.Uri;
  /** The extension's global storage. */
  readonly storage: vscode.Uri;
  /** What has to be disposed with the extension, in this order. */
  readonly disposables: readonly Subscription[];
}

/** Key of what is remembered of sources. */
const ORIGINS = 'appliedOrigins';

/** Makes them; reads nothing and asks nobody. */
export function createServices(context: vscode.ExtensionContext): Services {
  const log = new GlanceLog();
  const notifications = new Notifications(log);
  const commands = new Commands(notifications);
  const documents = new ReadOnlyDocuments();
  const passwords = new Passwords(context.secrets);
  const secrets = new NamedSecrets(context.secrets);
  const sandbox = new SandboxStore();
  const signedOut = new SignedOutClouds();
  const version = versionOf(context.extension.packageJSON);
  const engineDeps = {
    version,
    log,
    passwords,
    secrets,
    memory: context.globalState,
    notifications,
    sandbox,
    signedOut,
  };
  const engine = createEngineAccess(engineDeps);
  const engines = engine.access;
  const { knowledge, disposables: ofKnowledge } = createCloudKnowledge(engines, log);
  const images = new LiveImages();
  const plans = new PlansStore(images);
  const savedDefinitions = new SavedDefinitions();
  const imageManagement = new ImageManagement(plans, savedDefinitions);
  const transfers = new TransferStore({ persistence: keepTransfers(context, log) });
  const imageView = new ImageViewStore(keepImageView(context.workspaceState));
  const workspaceDefinitions = new WorkspaceDefinitions(savedDefinitions, plans, log);
  const clouds = new CloudsStore(
    (work) => engines.use(work),
    () => readSettings().pageSize,
    {
      rules: {
        view: () => imageView.view,
        management: (place, image) => imageManagement.of(place, image),
        transfers: (place) => runningAt(transfers, place),
      },
      images,
    },
  );
  const rows = new TransferRows(transfers, clouds);
  return {
    log,
    notifications,
    commands,
    documents,
    passwords,
    secrets,
    signedOut,
    engines,
    hosted: new HostedApplies(engineDeps, engines),
    clouds,
    images,
    knowledge,
    upstream: new UpstreamStore(),
    imageView,
    imageManagement,
    rows,
    savedDefinitions,
    workspaceDefinitions,
    definitions: new DefinitionsStore(parseDefinitions),
    plans,
    applies: new RunningApplies(),
    appliedOrigins: new AppliedOrigins({
      load: () => context.workspaceState.get<unknown>(ORIGINS),
      save: (origins) => void context.workspaceState.update(ORIGINS, origins),
    }),
    transfers,
    sandbox,
    extensionUri: context.extensionUri,
    storage: context.globalStorageUri,
    disposables: [
      commands,
      documents,
      rows,
      imageView,
      workspaceDefinitions,
      savedDefinitions,
      images,
      ...ofKnowledge,
      ...engine.disposables,
      log,
    ],
  };
}

function versionOf(manifest: unknown): string {
  const version: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : '';
  return typeof version === 'string' ? version : '';
}
