import type { Definition } from '../../core/definition/definition.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace } from '../../core/place.ts';
import type { Place } from '../../core/place.ts';
import { resultWarnings } from '../../core/reconcile/words/describe.ts';
import type { ApplyOptions, PlanOptions } from '../../core/engine.ts';
import { isUnpublished } from '../../core/reconcile/ownership/identity.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import { refuseChanged } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { action, actionsFor } from '../../platform/prompts/failure-actions.ts';
import type { HostedApplies } from '../../platform/engine/hosted-applies.ts';
import type { NotificationAction } from '../../platform/prompts/failure-actions.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import type { AppliedOrigins } from '../../state/definitions/applied-origins.ts';
import type { RunningApplies, RunningApply } from '../../state/definitions/applies.ts';
import { definitionId } from '../../state/definitions/plans.ts';
import type { LeftBehind } from '../../state/transfers/transfer.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { ApplyProgress } from './apply-progress.ts';
import { choosePlans } from './choose-plans.ts';
import { confirmed, confirmedAgain } from './confirmation.ts';
import { showResult } from './show-result.ts';
import { blockedInWords, failureOf, nothingDiffers, outcomeInWords } from './result-words.ts';
import type { ApplyEvent, ApplyResult, ApplyStatus } from '../../core/reconcile/model/result.ts';

/** What an apply does only with consent. */
type Consents = Pick<PlanOptions, 'adopt' | 'recoverStuck'>;

/** What a button consents to if every error of a blocked plan has this code. */
const WAYS_OUT: Readonly<Record<string, Consents>> = {
  'unmarked-image': { adopt: true },
  'apply-stuck': { recoverStuck: true },
};

/** Statuses with an image that serves. */
const SERVING: ReadonlySet<ApplyStatus> = new Set(['done', 'unverified', 'partial']);

/** Shows the transfers of an apply. */
interface TransferRecorder {
  begin(plans: readonly Plan[]): void;
  record(event: ApplyEvent): void;
  /** Adds what a process has left behind. */
  left(transfers: readonly LeftBehind[]): void;
  /** Whether all transfers of these plans are known to have ended. */
  haveEnded(plans: readonly Plan[]): boolean;
}

/** What the applier is given. */
export interface ApplierDeps {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly hosted: HostedApplies;
  readonly plans: PlansStore;
  readonly applies: RunningApplies;
  readonly appliedOrigins: AppliedOrigins;
  readonly transfers: TransferRecorder;
  readonly notifications: Notifications;
  readonly log: GlanceLog;
  /** Opens the transfers panel without taking the focus. */
  readonly showTransfers: () => void;
  /** Shows an image in the view after an apply. */
  readonly reveal: (place: Place, image: LiveImage) => Promise<void>;
}

/** Which plans are applied. */
export interface Scope {
  /** Lets the user leave out plans before anything is sent. */
  readonly choose?: boolean;
  /** Only plans for which this is true. */
  readonly only?: (plan: Plan) => boolean;
}

/** Plans definitions, asks for consent, carries the plans out and reports the outcome. */
export class Applier {
  readonly #deps: ApplierDeps;

  constructor(deps: ApplierDeps) {
    this.#deps = deps;
  }

  /** Throws `Failure` for what concerns the whole apply. Failures of single images go to the notification. */
  async apply(
    definitions: readonly Definition[],
    consents: Consents = {},
    scope: Scope = {},
  ): Promise<readonly ApplyResult[]> {
    requireTrust();
    const running = this.#deps.applies.begin(definitions);
    try {
      const plans = await this.#plan(definitions, running, consents);
      const wanted = scope.only === undefined ? plans : plans.filter(scope.only);
      if (wanted.length === 0 && plans.length > 0) throw movedElsewhere(plans);
      return await this.#run(wanted, running, consents, scope.choose === true);
    } finally {
      running.end();
    }
  }

  /**
   * Carries out plans that were shown before. Throws `Failure` if a definition was changed since. An image that moved
   * since is planned again; the user is asked again if the new plan does more.
   */
  async applyPlanned(plans: readonly Plan[]): Promise<readonly ApplyResult[]> {
    requireTrust();
    await refuseChanged(definitionsOf(plans));
    const running = this.#deps.applies.begin(definitionsOf(plans));
    try {
      return await this.#run(plans, running, {}, false);
    } finally {
      running.end();
    }
  }

  async #run(
    plans: readonly Plan[],
    running: RunningApply,
    consents: Consents,
    choose: boolean,
  ): Promise<readonly ApplyResult[]> {
    const todo = await this.#agreed(plans, choose);
    if (todo.length === 0) return [];
    const results = await this.#carryOut(todo, running, consents);
    const serving = results.filter(({ status }) => SERVING.has(status)).map(({ plan }) => plan);
    if (serving.length > 0) setContextKey('glanceImages.applied', true);
    this.#deps.appliedOrigins.note(definitionsOf(serving));
    const blocked = plans.filter((plan) => plan.action === 'blocked');
    await this.#tell(results, blocked, consents);
    return results;
  }

  async #plan(definitions: readonly Definition[], running: RunningApply, consents: Consents): Promise<readonly Plan[]> {
    const { engines, plans: store } = this.#deps;
    const plans = await withCancellableProgress(`Planning ${named(definitions)}`, (signal) =>
      engines.use((engine) =>
        engine.plan(definitions, { ...consents, signal: AbortSignal.any([signal, running.signal]) }),
      ),
    );
    store.remember(plans);
    return plans;
  }

  /** The plans to carry out, once the user agreed where consent is needed. */
  async #agreed(plans: readonly Plan[], choose: boolean): Promise<readonly Plan[]> {
    const { notifications, log } = this.#deps;
    const blocked = plans.filter((plan) => plan.action === 'blocked');
    const todo = plans.filter((plan) => plan.action !== 'blocked' && plan.action !== 'none');
    for (const plan of blocked) log.warn(blockedInWords([plan]));
    if (todo.length > 0) {
      const chosen = choose ? ((await choosePlans(plans)) ?? []) : todo;
      return (await confirmed(chosen)) ? chosen : [];
    }
    if (blocked.length === 0) notifications.inform(nothingDiffers(plans));
    else notifications.error(blockedInWords(blocked), this.#waysOut(blocked));
    return [];
  }

  /** Buttons for plans that are blocked. */
  #waysOut(blocked: readonly Plan[]): readonly NotificationAction[] {
    const showProblems = action('Show Problems', 'workbench.actions.view.problems');
    const errors = blocked.flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error'));
    const [first] = errors;
    const consents = first === undefined ? undefined : WAYS_OUT[first.code];
    if (consents === undefined || !errors.every(({ code }) => code === first?.code)) {
      return first?.outside === true ? actionsFor(new Failure(first.code, first.message)) : [showProblems];
    }
    const definitions = definitionsOf(blocked);
    const apply = async (): Promise<void> => {
      try {
        await this.apply(definitions, consents);
      } catch (error) {
        this.#deps.notifications.failed(toFailure(error));
      }
    };
    const title = consents.adopt === true ? 'Adopt' : 'Recover';
    return [{ title, run: () => void apply() }, showProblems];
  }

  async #carryOut(plans: readonly Plan[], running: RunningApply, consents: Consents): Promise<readonly ApplyResult[]> {
    const { hosted, transfers, plans: store, showTransfers } = this.#deps;
    transfers.begin(plans);
    showTransfers();
    return withCancellableProgress(`Applying ${named(running.definitions)}`, async (signal, report) => {
      signal.addEventListener('abort', () => running.cancel(), { once: true });
      const progress = new ApplyProgress(plans, report);
      const shown: Promise<void>[] = [];
      const options: ApplyOptions = {
        ...consents,
        signal: running.signal,
        signalOf: (plan) => running.signalOf(plan),
        onEvent: (event) => {
          transfers.record(event);
          progress.record(event);
          if (event.type !== 'result') return;
          store.noteResult(event.result);
          shown.push(showResult(event.result, this.#deps));
        },
        confirmAgain: confirmedAgain,
      };
      const results = await hosted.apply(plans, options);
      await Promise.all(shown);
      return results;
    });
  }

  async #tell(results: readonly ApplyResult[], blocked: readonly Plan[], consents: Consents): Promise<void> {
    const { notifications } = this.#deps;
    for (const result of results) this.#log(result);
    const outcome = outcomeInWords(results, blocked);
    const showTransfers = action('Show Transfers', 'glanceImages.showTransfers');
    const retry = this.#retryOf(results, consents);
    const remove = this.#deletionOf(results);
    if (outcome.severity === 'error') notifications.error(outcome.message, [...retry, ...remove, showTransfers]);
    else if (outcome.severity === 'warning') notifications.warn(outcome.message, [...remove, showTransfers]);
    else notifications.inform(outcome.message, [showTransfers]);
    await this.#reveal(results);
  }

  /** Brings the only image of an apply into sight. Many would make the view jump. */
  async #reveal(results: readonly ApplyResult[]): Promise<void> {
    const { reveal, log } = this.#deps;
    const [only, ...others] = results;
    if (only?.live === undefined || others.length > 0) return;
    await reveal(only.plan.place, only.live).catch((error: unknown) =>
      log.debug(`Not shown in the view: ${String(error)}`),
    );
  }

  /** *Retry Failed*, where something failed: the same images in the same regions, planned anew. */
  #retryOf(results: readonly ApplyResult[], consents: Consents): readonly NotificationAction[] {
    const failed = results.filter(({ status }) => status === 'failed').map(({ plan }) => plan);
    if (failed.length === 0) return [];
    const wanted = new Set(failed.map(planTarget));
    const retry = async (): Promise<void> => {
      try {
        await this.apply(definitionsOf(failed), consents, { only: (plan) => wanted.has(planTarget(plan)) });
      } catch (error) {
        this.#deps.notifications.failed(toFailure(error));
      }
    };
    return [{ title: 'Retry Failed', run: () => void retry() }];
  }

  /** *Delete Image*, where Glance goes on filling what was cancelled. */
  #deletionOf(results: readonly ApplyResult[]): readonly NotificationAction[] {
    const { engines, clouds, notifications } = this.#deps;
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

  #log(result: ApplyResult): void {
    const { log } = this.#deps;
    const { plan, status, imageId, requestId, bytesSent } = result;
    const what = `${plan.action} ${JSON.stringify(plan.definition.arguments.name)} in ${describePlace(plan.place)}`;
    log.info(`${what}: ${status}, image ${imageId ?? 'none'}, ${bytesSent} bytes sent, ${requestId ?? 'no request'}`);
    for (const problem of resultWarnings(result)) log.warn(problem.message);
    if (result.error !== undefined) log.failure(failureOf(result));
  }
}

function definitionsOf(plans: readonly Plan[]): readonly Definition[] {
  return [...new Map(plans.map(({ definition }) => [definitionId(definition), definition])).values()];
}

/** The failure of a retry whose definition names other places by now. */
function movedElsewhere(plans: readonly Plan[]): Failure {
  const places = [...new Set(plans.map(({ place }) => describePlace(place)))].join(', ');
  const names = named(definitionsOf(plans));
  return new Failure('other-region', `Nothing was applied: the definition now has ${names} only in ${places}.`, {
    next: 'Apply the definition itself.',
  });
}

/** The image that a plan is about, the same for every plan of it. */
function planTarget({ definition, place }: Plan): string {
  return JSON.stringify([definitionId(definition), place.cloud, place.region]);
}

function named(definitions: readonly Definition[]): string {
  const [only] = definitions;
  return definitions.length === 1 && only !== undefined ? `"${only.arguments.name}"` : `${definitions.length} images`;
}
