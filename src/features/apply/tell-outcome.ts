import { toFailure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';
import { isUnpublished } from '../../core/reconcile/ownership/identity.ts';
import { resultWarnings } from '../../core/reconcile/words/describe.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import { action, actionsFor, type NotificationAction } from '../../platform/prompts/failure-actions.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import { failureOf, outcomeInWords } from './result-words.ts';

/** What telling an outcome needs. */
export interface TellOptions {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly notifications: Notifications;
}

/** One notification for the end of an apply, with what helps; none where there is nothing to tell. `retry`: what repeats the failed ones. */
export function tellOutcome(
  results: readonly ApplyResult[],
  blocked: readonly Plan[],
  retry: readonly NotificationAction[],
  options: TellOptions,
): void {
  if (results.length === 0 && blocked.length === 0) return;
  const { notifications } = options;
  const { severity, message } = outcomeInWords(results, blocked);
  const signedOut = results.filter(({ error }) => error?.code === 'signed-out').slice(0, 1);
  const signIn = signedOut.flatMap((result) => actionsFor(failureOf(result)));
  const remove = deletionOf(results, options);
  const showTransfers = action('Show Transfers', 'glanceImages.showTransfers');
  if (severity === 'error') notifications.error(message, [...signIn, ...retry, ...remove, showTransfers]);
  else if (severity === 'warning') notifications.warn(message, [...remove, showTransfers]);
  else notifications.inform(message, [showTransfers]);
}

/** *Delete Image*, where Glance goes on filling what was cancelled. */
function deletionOf(
  results: readonly ApplyResult[],
  { engines, clouds, notifications }: TellOptions,
): readonly NotificationAction[] {
  const filling = results.flatMap(({ left, plan: { place } }) =>
    left?.kind === 'filling' ? [{ place, id: left.id }] : [],
  );
  if (filling.length === 0) return [];
  const remove = async (): Promise<void> => {
    try {
      await engines.use(async (engine) => {
        for (const { place, id } of filling) {
          await engine.deleteImage(place, id, undefined, isUnpublished);
          clouds.remove(place, id);
        }
      });
      notifications.inform(`Deleted: ${filling.map(({ id }) => id).join(', ')}.`);
    } catch (error) {
      notifications.failed(toFailure(error));
    }
  };
  const title = filling.length === 1 ? 'Delete Image' : `Delete ${filling.length} Images`;
  return [{ title, run: () => void remove() }];
}

/** Writes all that is known of a result to the log: the notification is one line. */
export function logResult(result: ApplyResult, log: GlanceLog): void {
  const { plan, status, imageId, requestId, bytesSent } = result;
  const what = `${plan.action} ${JSON.stringify(plan.definition.arguments.name)} in ${describePlace(plan.place)}`;
  log.info(`${what}: ${status}, image ${imageId ?? 'none'}, ${bytesSent} bytes sent, ${requestId ?? 'no request'}`);
  for (const problem of resultWarnings(result)) log.warn(problem.message);
  if (result.error !== undefined) log.failure(failureOf(result));
}
