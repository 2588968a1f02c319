import * as v from 'valibot';
import type { EngineSetup } from '../core/engine.ts';
import type { SecureConsent } from '../core/keystone/clouds/configuration.ts';
import type { LoginQuestion } from '../core/keystone/login/login-answers.ts';
import type { WireEvent, WirePlan, WirePlans } from './wire.ts';

// What a window or terminal (client) and the transfer host say to each other, over JSON-RPC. Times are ms since the epoch.

/** Names of the methods. `ask` goes from the host to a client and `told` is a notification to it; the others are requests to the host. */
export const METHODS = {
  hello: 'hello',
  begin: 'begin',
  runs: 'runs',
  watch: 'watch',
  cancel: 'cancel',
  ask: 'ask',
  told: 'told',
} as const;

const environment = v.record(v.string(), v.string());

/** Says who a client is. The secret is in a file that only this user can read. */
export const helloSchema = v.object({ secret: v.string(), version: v.string() });

/** `EngineSetup` as it arrives. */
const setupSchema = v.object({
  environment,
  workspaceFolders: v.array(v.string()),
  extraCloudsFiles: v.array(v.string()),
  preferredCloud: v.exactOptional(
    v.object({ name: v.string(), chosenBy: v.string(), isSetting: v.exactOptional(v.boolean()) }),
  ),
  onlyRegions: v.exactOptional(v.array(v.string())),
  allowedEnvironment: v.array(v.string()),
  parallelism: v.exactOptional(v.number()),
  userAgent: v.string(),
  proxyEnvironment: v.exactOptional(environment),
  /** Absolute path. */
  cacheFolder: v.exactOptional(v.string()),
});

const place = v.object({ cloud: v.string(), region: v.string(), origin: v.string() });

const wirePlan = v.custom<WirePlan>((value) =>
  v.is(
    v.looseObject({
      id: v.string(),
      action: v.string(),
      place,
      definition: v.object({ file: v.string(), index: v.number() }),
      fingerprint: v.string(),
      problems: v.array(v.unknown()),
      changes: v.array(v.unknown()),
    }),
    value,
  ),
);

/** Starts an apply. The plans are those that the user agreed to. */
export const beginSchema = v.object({
  setup: setupSchema,
  work: v.object({ texts: v.record(v.string(), v.string()), plans: v.pipe(v.array(wirePlan), v.readonly()) }),
  adopt: v.optional(v.boolean(), false),
  recoverStuck: v.optional(v.boolean(), false),
  asks: v.optional(v.boolean(), false),
});

export interface Begin {
  readonly setup: EngineSetup;
  readonly work: WirePlans;
  readonly adopt: boolean;
  readonly recoverStuck: boolean;
  /** Whether somebody agrees to plans that do more than was agreed to; else they are declined. */
  readonly asks: boolean;
}

/** Names a run, and one of its plans where only that is meant. */
export const runSchema = v.object({ run: v.string(), plan: v.optional(v.string()) });

/** A run of the host. */
export interface RunSummary {
  readonly run: string;
  readonly startedAt: number;
  readonly running: boolean;
}

/** A run from its start: what a client that comes late has to know. */
export interface Watched {
  readonly work: WirePlans;
  readonly startedAt: number;
  readonly events: readonly RunEvent[];
}

/** What happens in a run. `ended` is the last one; `message` says why where the run as a whole failed. */
export type RunEvent =
  | WireEvent
  | { readonly type: 'ended'; readonly message?: string }
  | { readonly type: 'accepted'; readonly question: string };

/** Events of one run, in order. */
export interface Told {
  readonly run: string;
  readonly events: readonly RunEvent[];
}

/** What the host can't decide alone. */
export type Question =
  | { readonly kind: 'login'; readonly login: LoginQuestion }
  | { readonly kind: 'secret'; readonly name: string; readonly origin: string }
  | { readonly kind: 'secure'; readonly cloud: string; readonly consent: SecureConsent }
  | { readonly kind: 'variable'; readonly variable: string; readonly origin: string }
  | { readonly kind: 'plans'; readonly plans: readonly WirePlan[] };

/** A question about a run. */
export interface Ask {
  readonly run: string;
  readonly question: string;
  readonly about: Question;
}

/** `pass`: this client can't answer, another one may. */
export const answerSchema = v.union([
  v.object({ kind: v.literal('pass') }),
  v.object({ kind: v.literal('answer'), value: v.nullable(v.union([v.string(), v.boolean()])) }),
]);

export type Answer = v.InferOutput<typeof answerSchema>;

/** Checks what a peer sent. Throws for anything else. */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  throw new TypeError('The message does not have the shape that its method asks for.');
}
