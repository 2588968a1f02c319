import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { WorkspaceDefinitions } from '../../platform/files/workspace-definitions.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress, withViewProgress } from '../../platform/prompts/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import { isTreeNode } from '../../state/clouds/clouds-tree.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { SavedDefinitions } from '../../state/definitions/saved-definitions.ts';
import { driftInWords } from './drift-words.ts';

/** What *Check for Drift* needs. */
export interface DriftOptions {
  readonly commands: Commands;
  readonly engines: EngineAccess;
  readonly notifications: Notifications;
  readonly plans: PlansStore;
  readonly savedDefinitions: SavedDefinitions;
  readonly workspaceDefinitions: WorkspaceDefinitions;
  /** Shows plans together. `read`: how the definitions are read again. */
  readonly showPlans: (plans: readonly Plan[], read: () => Promise<readonly Definition[]>) => unknown;
}

/**
 * *Check for Drift*: compares the images of the workspace's definitions, as last saved, with the cloud; of a cloud or region of the view,
 * only those there. Rows, lenses and badges follow from the plans. Changes nothing.
 */
export function registerDrift(options: DriftOptions): void {
  options.commands.register('glanceImages.checkDrift', async (node, quietly) => {
    requireTrust();
    return checkDrift(options, placesOf(node), quietly === true);
  });
}

async function checkDrift(
  options: DriftOptions,
  inPlace: ((place: Place) => boolean) | undefined,
  quietly: boolean,
): Promise<readonly Plan[]> {
  const { engines, notifications, plans: store, savedDefinitions, workspaceDefinitions, showPlans } = options;
  await workspaceDefinitions.start();
  const definitions = savedDefinitions.all();
  if (definitions.length === 0) {
    if (quietly) return [];
    throw new Failure('no-definition', 'The workspace has no image definition.', {
      next: 'Create one with "Glance: New Definition".',
    });
  }
  const plan = (signal?: AbortSignal): Promise<readonly Plan[]> =>
    engines.use((engine) =>
      engine.plan(definitions, {
        ...(signal === undefined ? {} : { signal }),
        ...(inPlace === undefined ? {} : { inPlace }),
      }),
    );
  const plans = quietly
    ? await withViewProgress(plan)
    : await withCancellableProgress('Checking for drift', (signal) => plan(signal));
  store.remember(plans, inPlace !== undefined);
  if (quietly) return plans;
  const { severity, message } = driftInWords(plans);
  if (severity === 'information') notifications.inform(message);
  else {
    const read = (): Promise<readonly Definition[]> => Promise.resolve(savedDefinitions.all());
    notifications.warn(message, [{ title: 'Show Plan', run: () => showPlans(plans, read) }]);
  }
  return plans;
}

/** The places of a row of the view; all without one. */
function placesOf(node: unknown): ((place: Place) => boolean) | undefined {
  if (!isTreeNode(node)) return undefined;
  if (node.kind === 'cloud') return ({ cloud, origin }) => cloud === node.cloud && origin === node.origin;
  if (node.kind !== 'region') return undefined;
  return ({ cloud, region }) => cloud === node.place.cloud && region === node.place.region;
}
