import { appendFile, mkdir, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { definitionKey } from '../core/definition/definition.ts';
import type { Log } from '../core/log.ts';
import { PHASES } from '../core/reconcile/model/phases.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { ApplyEvent, ApplyResult } from '../core/reconcile/model/result.ts';
import { parseStored } from '../core/stored-json.ts';
import { createNew, readClosedText } from '../node/files/strict-files.ts';
import { ProcessNames } from '../node/processes/process-names.ts';

/** ms for which an interrupted run is told. */
const TOLD_AT_MOST = 14 * 24 * 3_600_000;
/** Bytes of one journal: a thousand plans with all their steps. */
const JOURNAL_AT_MOST = 16 * 1024 * 1024;

const STATUSES = [
  'done',
  'unchanged',
  'unverified',
  'partial',
  'failed',
  'blocked',
  'declined',
  'cancelled',
] as const satisfies readonly ApplyResult['status'][];

const planned = v.object({
  id: v.string(),
  file: v.string(),
  key: v.string(),
  index: v.number(),
  name: v.string(),
  cloud: v.string(),
  region: v.string(),
  origin: v.string(),
  action: v.string(),
  total: v.number(),
});

/** What a client has to know of a result. */
const outcome = v.object({
  status: v.picklist(STATUSES),
  imageId: v.exactOptional(v.string()),
  bytesSent: v.number(),
  /** Bytes, as Glance reports them. */
  size: v.nullable(v.number()),
  verified: v.object({
    size: v.nullable(v.boolean()),
    md5: v.nullable(v.boolean()),
    multihash: v.nullable(v.boolean()),
  }),
  digests: v.array(v.object({ algorithm: v.string(), here: v.nullable(v.string()), cloud: v.nullable(v.string()) })),
  error: v.exactOptional(
    v.object({
      code: v.string(),
      message: v.string(),
      next: v.exactOptional(v.string()),
      status: v.exactOptional(v.number()),
      requestId: v.exactOptional(v.string()),
    }),
  ),
});

const entrySchema = v.variant('type', [
  v.object({ type: v.literal('began'), at: v.number(), process: v.string(), plans: v.array(planned) }),
  v.object({
    type: v.literal('phase'),
    at: v.number(),
    plan: v.string(),
    phase: v.picklist(PHASES),
    imageId: v.exactOptional(v.string()),
  }),
  v.object({ type: v.literal('result'), at: v.number(), plan: v.string(), outcome }),
  v.object({ type: v.literal('told'), plan: v.string() }),
]);

type Entry = v.InferOutput<typeof entrySchema>;

/** A plan of a run whose host has ended: how far it came. `ended`: its result, of which nobody was told; else it was interrupted. */
export interface LeftPlan extends v.InferOutput<typeof planned> {
  readonly startedAt: number;
  readonly phase: (typeof PHASES)[number];
  readonly imageId?: string;
  readonly ended?: v.InferOutput<typeof outcome> & { readonly at: number };
}

/** A run whose host has ended, and of which somebody still has to be told. */
export interface LeftRun {
  readonly run: string;
  readonly plans: readonly LeftPlan[];
}

/**
 * The steps of one run on disk, synced one by one, so that after a crash somebody can say what was interrupted and what is
 * left where. It holds no argument of a definition but names, and no secret.
 */
export class Journal {
  readonly #file: string;
  readonly #log: Log;
  #handle: Promise<FileHandle | undefined>;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#handle = createNew(file).catch((error: unknown) => {
      log.warn(`The journal ${file} can't be written: ${String(error)}`);
      return undefined;
    });
  }

  /** Begins the journal of a run. A full disk costs the journal, not the run. */
  static async begin(folder: string, run: string, plans: readonly Plan[], log: Log): Promise<Journal> {
    await mkdir(journals(folder), { recursive: true, mode: 0o700 }).catch(() => undefined);
    const journal = new Journal(join(journals(folder), `${run}.jsonl`), log);
    journal.#write({
      type: 'began',
      at: Date.now(),
      process: new ProcessNames().own(),
      plans: plans.map(({ id, definition, place, action, bytesToSend }) => ({
        id,
        file: definition.file,
        key: definitionKey(definition),
        index: definition.index,
        name: definition.arguments.name,
        ...place,
        action,
        total: bytesToSend,
      })),
    });
    await journal.#last;
    return journal;
  }

  /** Records an event if it is a step or a result. */
  record(event: ApplyEvent): void {
    const at = Date.now();
    if (event.type === 'result')
      this.#write({ type: 'result', at, plan: event.plan, outcome: outcomeOf(event.result) });
    if (event.type !== 'phase') return;
    const { plan, phase, imageId } = event;
    this.#write({ type: 'phase', at, plan, phase, ...(imageId === undefined ? {} : { imageId }) });
  }

  /** The run is over. The journal goes once somebody was told how it ended. */
  async end(told: boolean): Promise<void> {
    await this.#last;
    await (await this.#handle)?.close().catch(() => undefined);
    if (told) await rm(this.#file, { force: true }).catch(() => undefined);
  }

  #write(entry: Entry): void {
    this.#last = this.#last.then(async () => {
      const handle = await this.#handle;
      try {
        await handle?.appendFile(line(entry));
        await handle?.datasync();
      } catch (error) {
        this.#log.warn(`The journal ${this.#file} can't be written: ${String(error)}`);
        this.#handle = Promise.resolve(undefined);
      }
    });
  }
}

/** The runs that hosts have left, oldest first. Their journals stay until `forgetLeft`, for two weeks at most. */
export async function leftRuns(folder: string, names = new ProcessNames()): Promise<readonly LeftRun[]> {
  const files = (await readdir(journals(folder)).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
  const runs = await Promise.all(
    files.map(async (name) => {
      const text = await readClosedText(join(journals(folder), name), JOURNAL_AT_MOST).catch(() => undefined);
      const plans = leftOf(text ?? '', names);
      return plans.length === 0 ? [] : [{ run: name.slice(0, -'.jsonl'.length), plans }];
    }),
  );
  return runs.flat().toSorted((one, other) => (one.plans[0]?.startedAt ?? 0) - (other.plans[0]?.startedAt ?? 0));
}

/** Forgets plans that `isDone` says nobody has to be told of any more. */
export async function forgetLeft(folder: string, isDone: (plan: LeftPlan) => boolean): Promise<void> {
  for (const { run, plans } of await leftRuns(folder)) {
    const done = plans.filter(isDone);
    const file = join(journals(folder), `${run}.jsonl`);
    if (done.length === plans.length) await rm(file, { force: true });
    else if (done.length > 0) await appendFile(file, done.map(({ id }) => line({ type: 'told', plan: id })).join(''));
  }
}

/** Nothing for a run whose host is alive. The last line may be cut. */
function leftOf(lines: string, names: ProcessNames): readonly LeftPlan[] {
  const entries = lines.split('\n').flatMap((text) => parseStored(entrySchema, text === '' ? undefined : text) ?? []);
  const [first] = entries;
  if (first?.type !== 'began' || names.state(first.process) !== 'dead') return [];
  if (Date.now() - first.at > TOLD_AT_MOST) return [];
  return first.plans.flatMap((plan) => {
    const own = entries.filter((each) => each.type !== 'began').filter((each) => each.plan === plan.id);
    if (own.some(({ type }) => type === 'told')) return [];
    const steps = own.filter((each) => each.type === 'phase');
    const result = own.find((each) => each.type === 'result');
    const imageId = result?.outcome.imageId ?? steps.findLast((step) => step.imageId !== undefined)?.imageId;
    return [
      {
        ...plan,
        startedAt: first.at,
        phase: steps.at(-1)?.phase ?? 'waiting',
        ...(imageId === undefined ? {} : { imageId }),
        ...(result === undefined ? {} : { ended: { ...result.outcome, at: result.at } }),
      },
    ];
  });
}

function outcomeOf({
  status,
  imageId,
  bytesSent,
  live,
  verified,
  digests,
  error,
}: ApplyResult): v.InferInput<typeof outcome> {
  return {
    status,
    ...(imageId === undefined ? {} : { imageId }),
    bytesSent,
    size: live?.size ?? null,
    verified: { ...verified },
    digests: digests.map((pair) => ({ ...pair })),
    ...(error === undefined ? {} : { error: { ...error } }),
  };
}

function line(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function journals(folder: string): string {
  return join(folder, 'runs');
}
