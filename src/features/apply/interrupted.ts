import { definitionKey } from '../../core/definition/definition.ts';
import { toFailure } from '../../core/failure.ts';
import { definitionsIn } from '../../platform/files/definition-files.ts';
import { fileUri, isInWorkspace } from '../../platform/files/uris.ts';
import { readSettings } from '../../platform/settings.ts';
import { isTrusted } from '../../platform/trust.ts';
import type { LeftPlan } from '../../transfers/journal.ts';
import type { Definition } from '../../core/definition/definition.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';

/** What going on with interrupted applies needs. */
export interface InterruptedDeps {
  readonly notifications: Notifications;
  /** Applies these of the plans of definitions, as any apply does. */
  readonly applyOnly: (definitions: readonly Definition[], only: (plan: Plan) => boolean) => Promise<unknown>;
}

/** Lets interrupted applies of this workspace go on: by one click, or by themselves where a setting says so. Returns them. */
export function offerInterrupted(
  left: readonly LeftPlan[],
  { notifications, applyOnly }: InterruptedDeps,
): readonly LeftPlan[] {
  const plans = left.filter(({ ended, offered, file }) => ended === undefined && !offered && isInWorkspace(file));
  const [first] = plans;
  if (first === undefined || !isTrusted()) return [];
  const goOn = async (): Promise<void> => {
    try {
      for (const file of new Set(plans.map((plan) => plan.file))) await applyAgain(file, plans, applyOnly);
    } catch (error) {
      notifications.failed(toFailure(error));
    }
  };
  if (readSettings().resumeInterrupted) {
    void goOn();
    return plans;
  }
  const what = plans.length === 1 ? `The apply of "${first.name}" was` : `${plans.length} applies were`;
  notifications.warn(`${what} interrupted.`, [{ title: 'Go On', run: () => void goOn() }]);
  return plans;
}

/** Plans and asks as any apply does; only what was interrupted. */
async function applyAgain(
  file: string,
  plans: readonly LeftPlan[],
  applyOnly: InterruptedDeps['applyOnly'],
): Promise<void> {
  const name = (...words: readonly string[]): string => JSON.stringify(words);
  const wanted = new Set(
    plans.filter((plan) => plan.file === file).map(({ key, cloud, region }) => name(key, cloud, region)),
  );
  const keys = new Set(plans.map(({ key }) => key));
  const definitions = (await definitionsIn(fileUri(file))).filter((each) => keys.has(definitionKey(each)));
  await applyOnly(definitions, ({ definition, place }) =>
    wanted.has(name(definitionKey(definition), place.cloud, place.region)),
  );
}
