import * as vscode from 'vscode';
import { onlyIdentity } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { plainLabel } from '../../platform/prompts/plain-message.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';

/**
 * Images that were made for definitions which are not in the workspace any more, as the user chooses among them. Throws `Failure` for
 * a file with errors and for a definition whose cloud is unknown: it might mean one of them.
 */
export async function chosenPrunable(
  engines: EngineAccess,
  notifications: Notifications,
  read: typeof definitionsInWorkspace = definitionsInWorkspace,
): Promise<readonly ImageAt[]> {
  const definitions = await read();
  const found = await withCancellableProgress('Looking for images without a definition', (signal) =>
    engines.use(async (engine) => {
      const plans = await engine.plan(definitions.map(onlyIdentity), { signal });
      const problem = plans.find(({ cloudChosenBy }) => cloudChosenBy === '')?.problems[0];
      if (problem !== undefined) throw new Failure(problem.code, problem.message);
      return engine.unclaimed(plans, signal, 'for pruning');
    }),
  );
  if (found.length === 0) {
    notifications.inform('Every image that was made for a definition has one in this workspace.');
    return [];
  }
  const chosen = await vscode.window.showQuickPick(
    found.map(({ place, image, key }) => ({
      label: plainLabel(image.name ?? image.id),
      description: `${describePlace(place)}${image.os_hidden ? ', hidden' : ''}${image.protected ? ', protected' : ''}`,
      detail: plainLabel(`${image.id}, made for the key ${JSON.stringify(key)} on ${image.created_at}`),
      picked: !image.protected,
      at: { place, id: image.id, image },
    })),
    { title: 'Images Without a Definition', canPickMany: true },
  );
  return chosen?.map(({ at }) => at) ?? [];
}
