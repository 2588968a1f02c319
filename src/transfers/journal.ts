import { appendFile, mkdir, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { definitionKey } from '../core/definition/definition.ts';
import type { Log } from '../core/log.ts';
import { PHASES } from '../core/reconcile/model/phases.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import type { ApplyEvent } from '../core/reconcile/model/result.ts';
import { parseStored } from '../core/stored-json.ts';
import { createNew, readClosedText } from '../node/files/strict-files.ts';
import { ProcessNames } from '../node/processes/process-names.ts';

/** ms for which an interrupted run is told. */
const TOLD_AT_MOST = 14 * 24 * 3_600_000;
/** Bytes of one journal: a thousand plans with all their steps. */
const JOURNAL_AT_MOST = 16 * 1024 * 1024;

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

const entrySchema = v.variant('type', [
  v.object({ type: v.literal('began'), at: v.number(), process: v.string(), plans: v.array(planned) }),
  v.object({
    type: v.literal('phase'),
    at: v.number(),
    plan: v.string(),
    phase: v.picklist(PHASES),
    imageId: v.optional(v.string()),
  }),
  v.object({ type: v.literal('result'), at: v.number(), plan: v.string(), status: v.string() }),
]);

type Entry = v.InferOutput<typeof entrySchema>;

/** A plan of a run that was interrupted: how far it came. */
export interface InterruptedPlan extends v.InferOutput<typeof planned> {
  readonly startedAt: number;
  readonly phase: (typeof PHASES)[number];
  readonly imageId?: string;
}

/** A run whose host ended before it did. */
export interface InterruptedRun {
  readonly run: string;
  readonly plans: readonly InterruptedPlan[];
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
    if (event.type === 'result') this.#write({ type: 'result', at, plan: event.plan, status: event.result.status });
    if (event.type !== 'phase') return;
    const { plan, phase, imageId } = event;
    this.#write({ type: 'phase', at, plan, phase, ...(imageId === undefined ? {} : { imageId }) });
  }

  /** The run is over: nothing is left to be told after a crash. */
  async end(): Promise<void> {
    await this.#last;
    await (await this.#handle)?.close().catch(() => undefined);
    await rm(this.#file, { force: true }).catch(() => undefined);
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

/** The runs whose host was killed, oldest first. Their journals stay until `forgetInterrupted`, for two weeks at most. */
export async function interruptedRuns(folder: string, names = new ProcessNames()): Promise<readonly InterruptedRun[]> {
  const files = (await readdir(journals(folder)).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
  const runs = await Promise.all(
    files.map(async (name) => {
      const text = await readClosedText(join(journals(folder), name), JOURNAL_AT_MOST).catch(() => undefined);
      return interrupted(name.slice(0, -'.jsonl'.length), text ?? '', names);
    }),
  );
  return runs
    .filter((run) => run !== undefined)
    .toSorted((one, other) => (one.plans[0]?.startedAt ?? 0) - (other.plans[0]?.startedAt ?? 0));
}

/** Forgets plans of interrupted runs that were applied again since, or that `isDone` says need no more. */
export async function forgetInterrupted(folder: string, isDone: (plan: InterruptedPlan) => boolean): Promise<void> {
  for (const { run, plans } of await interruptedRuns(folder)) {
    const done = plans.filter(isDone);
    const file = join(journals(folder), `${run}.jsonl`);
    if (done.length === plans.length) await rm(file, { force: true });
    else if (done.length > 0) {
      const lines = done.map(({ id }) => line({ type: 'result', at: Date.now(), plan: id, status: 'applied again' }));
      await appendFile(file, lines.join(''));
    }
  }
}

/** `undefined` for a run whose host is alive, or of which nothing is left. The last line may be cut. */
function interrupted(run: string, lines: string, names: ProcessNames): InterruptedRun | undefined {
  const entries = lines.split('\n').flatMap((text) => parseStored(entrySchema, text === '' ? undefined : text) ?? []);
  const [first] = entries;
  if (first?.type !== 'began' || names.state(first.process) !== 'dead') return undefined;
  if (Date.now() - first.at > TOLD_AT_MOST) return undefined;
  const plans = first.plans
    .filter(({ id }) => !entries.some((each) => each.type === 'result' && each.plan === id))
    .map((plan): InterruptedPlan => {
      const steps = entries.filter((each) => each.type === 'phase').filter((each) => each.plan === plan.id);
      const imageId = steps.findLast((step) => step.imageId !== undefined)?.imageId;
      return {
        ...plan,
        startedAt: first.at,
        phase: steps.at(-1)?.phase ?? 'waiting',
        ...(imageId === undefined ? {} : { imageId }),
      };
    });
  return plans.length === 0 ? undefined : { run, plans };
}

function line(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function journals(folder: string): string {
  return join(folder, 'runs');
}
