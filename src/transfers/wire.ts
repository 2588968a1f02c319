import type { Definition } from '../core/definition/definition.ts';
import { parseDefinitions } from '../core/definition/parse.ts';
import type { EngineSetup } from '../core/engine.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { ApplyEvent } from '../core/reconcile/model/result.ts';

/** A plan without its definition, which the other side reads from the text of the file. */
export type WirePlan = Omit<Plan, 'definition'> & {
  readonly definition: { readonly file: string; readonly index: number };
};

/** Plans with the texts of their files, by path: one text for all definitions of a file. */
export interface WirePlans {
  readonly texts: Readonly<Record<string, string>>;
  readonly plans: readonly WirePlan[];
}

/** An event whose plans are without their definitions: a plan keeps its definition while it is applied. */
export type WireEvent =
  | Exclude<ApplyEvent, { type: 'result' | 'replanned' }>
  | { readonly type: 'replanned'; readonly plan: string; readonly next: WirePlan }
  | { readonly type: 'result'; readonly plan: string; readonly result: WireResult };

type ResultEvent = Extract<ApplyEvent, { type: 'result' }>;
type WireResult = Omit<ResultEvent['result'], 'plan'> & { readonly plan: WirePlan };

/** Variables that an engine reads, besides those that a setting allows. */
const ENGINE_VARIABLE = /^(?:OS_|GLANCE_IMAGES_|XDG_|SNAP_REAL_HOME$|LOCALAPPDATA$)/;
const PROXY_VARIABLE = /^(?:https?|no)_proxy$/i;

/** A setup as it travels: of the environment, only what an engine reads. */
export function setupToWire(setup: EngineSetup): EngineSetup {
  const { environment, allowedEnvironment, proxyEnvironment } = setup;
  return {
    ...setup,
    environment: only(environment, (name) => ENGINE_VARIABLE.test(name) || allowedEnvironment.includes(name)),
    ...(proxyEnvironment === undefined
      ? {}
      : { proxyEnvironment: only(proxyEnvironment, (name) => PROXY_VARIABLE.test(name)) }),
  };
}

/** Plans as they travel. */
export function toWire(plans: readonly Plan[]): WirePlans {
  return {
    texts: Object.fromEntries(plans.map(({ definition }) => [definition.file, definition.text])),
    plans: plans.map(withoutDefinition),
  };
}

/** The plans, with their definitions read again. Throws `transfer-host` if a text does not hold one. */
export function fromWire({ texts, plans }: WirePlans): readonly Plan[] {
  const files = new Map(
    Object.entries(texts).map(([file, text]) => [
      file,
      new Map(parseDefinitions(text, file).definitions.map((definition) => [definition.index, definition])),
    ]),
  );
  return plans.map((plan) => {
    const { file, index } = plan.definition;
    const definition = files.get(file)?.get(index);
    if (definition === undefined) {
      throw new Failure('transfer-host', `The definition ${index} of ${JSON.stringify(file)} did not arrive.`, {
        next: 'Apply it again.',
      });
    }
    return { ...plan, definition };
  });
}

/** An event as it travels. */
export function eventToWire(event: ApplyEvent): WireEvent {
  if (event.type === 'replanned') return { ...event, next: withoutDefinition(event.next) };
  if (event.type !== 'result') return event;
  return { ...event, result: { ...event.result, plan: withoutDefinition(event.result.plan) } };
}

/** The event, with the definition of its plan. */
export function eventFromWire(event: WireEvent, definition: Definition): ApplyEvent {
  if (event.type === 'replanned') return { ...event, next: { ...event.next, definition } };
  if (event.type !== 'result') return event;
  return { ...event, result: { ...event.result, plan: { ...event.result.plan, definition } } };
}

function withoutDefinition({ definition: { file, index }, ...plan }: Plan): WirePlan {
  return { ...plan, definition: { file, index } };
}

function only(
  variables: EngineSetup['environment'],
  wanted: (name: string) => boolean,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => wanted(name)));
}
