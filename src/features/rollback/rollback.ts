import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { Rollback, RollbackResult } from '../../core/reconcile/planning/plan-rollback.ts';
import type { Commands } from '../../platform/commands.ts';
import { definitionOf } from '../../platform/files/definition-files.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import { showRollback, type ShowRollbackOptions } from './show-rollback.ts';
import { askModal } from '../../platform/prompts/questions.ts';

/** What *Roll Back* needs. */
export interface RollbackOptions extends ShowRollbackOptions {
  readonly notifications: Notifications;
  readonly commands: Commands;
}

/** *Roll Back This Image*: the image that was replaced serves again, in every region that has one. */
export function registerRollback(options: RollbackOptions): void {
  options.commands.register('glanceImages.rollBackDefinition', async (uri, index) => {
    requireTrust();
    return rollBack(options, await definitionOf(uri, index));
  });
}

async function rollBack(options: RollbackOptions, definition: Definition): Promise<readonly RollbackResult[]> {
  const { engines, notifications, log } = options;
  const { name } = definition.arguments;
  const rollbacks = await withCancellableProgress(`Looking for the image that "${name}" replaced`, (signal) =>
    engines.use((engine) => engine.planRollbacks([definition], signal)),
  );
  const possible = rollbacks.filter(isPossible);
  if (possible.length === 0) {
    const [first] = rollbacks.flatMap(({ problems }) => problems);
    throw new Failure(first?.code ?? 'nothing-to-roll-back', first?.message ?? 'Nothing to roll back.');
  }
  if (!(await confirmed(name, possible))) return [];
  const results = await withCancellableProgress(`Rolling back "${name}"`, (signal) =>
    engines.use((engine) => engine.applyRollbacks(possible, signal)),
  );
  for (const { rollback, status, requestId = '' } of results)
    log.info(`roll back ${JSON.stringify(name)} in ${describePlace(rollback.place)}: ${status} ${requestId}`);
  tell(name, results, notifications);
  await Promise.all(results.map((result) => showRollback(result, options)));
  return results;
}

function isPossible({ problems }: Rollback): boolean {
  return problems.every(({ severity }) => severity !== 'error');
}

async function confirmed(name: string, rollbacks: readonly Rollback[]): Promise<boolean> {
  const lines = rollbacks.map(
    ({ place, previous, current }) =>
      `${describePlace(place)}: the image ${previous?.id ?? ''} of ${previous?.created_at ?? ''} becomes current again; ${current?.id ?? ''} is hidden but kept.`,
  );
  const button = 'Roll Back';
  const detail = [...lines, 'The definition does not change. Applying it again replaces the image again.'].join('\n');
  return askModal({ question: `Roll back image "${name}"?`, detail, button });
}

function tell(name: string, results: readonly RollbackResult[], notifications: Notifications): void {
  const failed = results.filter(({ status }) => status !== 'done');
  const places = (of: readonly RollbackResult[]): string =>
    of.map(({ rollback }) => describePlace(rollback.place)).join(', ');
  const done = results.filter(({ status }) => status === 'done');
  if (done.length > 0) notifications.inform(`Rolled back: "${name}" (${places(done)}).`, []);
  for (const { rollback, error } of failed) {
    const { code = 'unexpected', message = '', ...details } = error ?? {};
    notifications.failed(new Failure(code, message, { ...details, region: rollback.place.region }));
  }
}
