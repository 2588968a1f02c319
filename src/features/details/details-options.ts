import type * as vscode from 'vscode';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import type { ImageManagement } from '../../state/clouds/image-management.ts';
import type { LiveImages } from '../../state/clouds/live-images.ts';
import type { ViewSelection } from '../../state/clouds/view-selection.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';

/** What the page of an image needs. */
export interface DetailsOptions {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly selection: ViewSelection;
  readonly images: LiveImages;
  readonly imageManagement: ImageManagement;
  readonly savedDefinitions: SavedDefinitions;
  readonly plans: PlansStore;
  readonly knowledge: CloudKnowledge;
  readonly notifications: Notifications;
  readonly commands: Commands;
  readonly log: GlanceLog;
  readonly extensionUri: vscode.Uri;
}
