import { createHash, randomUUID } from 'node:crypto';
import type { Definition, DefinitionArguments } from '../../../../src/core/definition/definition.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { ImageService } from '../../../../src/core/glance/service.ts';
import { silentLog } from '../../silent-log.ts';
import type { Place } from '../../../../src/core/place.ts';
import { applyPlans } from '../../../../src/core/reconcile/applying/apply.ts';
import { applyRollbacks } from '../../../../src/core/reconcile/applying/apply-rollbacks.ts';
import { Planner } from '../../../../src/core/reconcile/planning/planner.ts';
import type { RefusedMarks } from '../../../../src/core/reconcile/ownership/refused-marks.ts';
import type { Rollback, RollbackResult } from '../../../../src/core/reconcile/planning/plan-rollback.ts';
import type { Plan } from '../../../../src/core/reconcile/model/plan.ts';
import type { Inspection } from '../../../../src/core/source/inspection/inspection.ts';
import type { DigestWorkers, FileIdentity, InspectionCache, SourceFiles } from '../../../../src/core/source/ports.ts';
import type { RemoteLook } from '../../../../src/core/reconcile/sources/definition-sources.ts';
import { IMPORT_INTERVAL } from '../../../../src/core/reconcile/applying/transfer/await-import.ts';
import { SourceReader } from '../../../../src/core/source/source-reader.ts';
import { GlanceModel } from './glance-model.ts';
import type { ApplyEvent, ApplyResult } from '../../../../src/core/reconcile/model/result.ts';
import type { Runs, RunState } from '../../../../src/core/reconcile/ownership/staged.ts';

/** Files in memory. */
class MemoryFiles implements SourceFiles {
  readonly files = new Map<string, { bytes: Buffer; version: number }>();
  opened = 0;

  write(path: string, bytes: Buffer): void {
    this.files.set(path, { bytes, version: (this.files.get(path)?.version ?? 0) + 1 });
  }

  async identify(path: string): Promise<FileIdentity> {
    const file = await Promise.resolve(this.files.get(path));
    if (file === undefined) throw new Failure('source-missing', `The file "${path}" does not exist.`);
    return { path, inode: '1', size: file.bytes.length, modified: String(file.version) };
  }

  async open(path: string): ReturnType<SourceFiles['open']> {
    this.opened += 1;
    const identity = await this.identify(path);
    return {
      identity,
      read: async (buffer, position) => {
        const bytes = (await Promise.resolve(this.files.get(path)))?.bytes.subarray(position, position + buffer.length);
        buffer.set(bytes ?? []);
        return bytes?.length ?? 0;
      },
      identify: () => this.identify(path),
      close: () => Promise.resolve(),
    };
  }
}

/** Digests computed at once; notes which ones in `computed`. */
const workersOf = (computed: (readonly string[])[]): DigestWorkers => ({
  start: (algorithms) => {
    computed.push(algorithms);
    const hashes = algorithms.map((name) => [name, createHash(name)] as const);
    return {
      update: async (piece) => {
        for (const [, hash] of hashes) hash.update(piece);
        await Promise.resolve();
      },
      finish: () => Promise.resolve(Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')]))),
      abort: () => undefined,
    };
  },
});

class MemoryCache<T> {
  readonly #entries = new Map<string, T>();

  get(identity: FileIdentity): Promise<T | undefined> {
    return Promise.resolve(this.#entries.get(JSON.stringify(identity)));
  }

  put(identity: FileIdentity, value: T): Promise<void> {
    this.#entries.set(JSON.stringify(identity), value);
    return Promise.resolve();
  }
}

/** What is said of the headers of files that are no images, until a test wants them read. */
class MemoryInspections extends MemoryCache<Inspection> implements InspectionCache {
  read = false;

  override async get(identity: FileIdentity): Promise<Inspection | undefined> {
    if (this.read) return super.get(identity);
    const formats = [{ format: 'qcow2', virtualSize: null, flaws: [] } as const];
    return Promise.resolve({ version: 0, formats, wrapping: null, fixedVhd: false, size: identity.size });
  }
}

/** Runs whose end the test decides. */
export class ModelRuns implements Runs {
  readonly alive = new Set<string>();
  readonly elsewhere = new Set<string>();
  readonly #machine: string;
  #count = 0;

  constructor(machine = 'run') {
    this.#machine = machine;
  }

  begin(): string {
    this.#count += 1;
    const run = `${this.#machine}-${String(this.#count)}`;
    this.alive.add(run);
    return run;
  }

  end(run: string): void {
    this.alive.delete(run);
  }

  state(run: string): RunState {
    if (this.elsewhere.has(run)) return 'unknown';
    return this.alive.has(run) ? 'alive' : 'dead';
  }
}

/** Regions that refused marks. */
class MemoryRefusals implements RefusedMarks {
  readonly #regions = new Set<string>();

  has({ region }: Place): Promise<boolean> {
    return Promise.resolve(this.#regions.has(region));
  }

  remember({ region }: Place): Promise<void> {
    this.#regions.add(region);
    return Promise.resolve();
  }
}

/** The engine on models of Glance, with files in memory. */
export class World {
  readonly files = new MemoryFiles();
  readonly runs: ModelRuns;
  readonly refusedMarks = new MemoryRefusals();
  readonly regions: ReadonlyMap<string, GlanceModel>;
  readonly events: ApplyEvent[] = [];
  /** By entry of `clouds.yaml`, the project that it logs in to. */
  readonly consumers = new Map<string, string>();
  /** The time of day, which stands still. */
  now = new Date(Date.UTC(2026, 0, 1));
  recoverStuck = false;
  /** When a source may be sent. */
  inTurn: <Result>(work: () => Promise<Result>) => Promise<Result> = (work) => work();
  /** Called between two looks at an import; the time has passed then. */
  onLook: () => void = () => undefined;
  /** What this machine finds on the web, by address. */
  readonly web = new Map<string, { readonly size: number; readonly etag?: string }>();
  /** Timers that an apply has set, by ms. */
  readonly timers = new Map<number, () => void>();
  readonly inspections = new MemoryInspections();
  /** The digests of each pass over a file. */
  readonly computed: (readonly string[])[] = [];
  readonly #workers = workersOf(this.computed);
  readonly #reader = new SourceReader(this.files, this.#workers, new MemoryCache(), this.inspections);
  readonly #planner: Planner;

  /** How this machine reaches a region. */
  seen: (glance: GlanceModel) => ImageService = (glance) => glance;

  /** @param beside a machine whose clouds this one shares; it is named `machine` then */
  constructor(regions: readonly string[] = ['RegionOne'], beside?: World, machine?: string) {
    this.runs = new ModelRuns(machine);
    this.regions = beside?.regions ?? new Map(regions.map((name) => [name, new GlanceModel(name)]));
    this.#planner = new Planner({
      region: (place) => Promise.resolve({ images: this.seen(this.glance(place.region)), project: 'project-1' }),
      checkCloud: (name) =>
        this.consumers.has(name)
          ? Promise.resolve()
          : Promise.reject(new Failure('cloud-not-found', `Cloud "${name}" was not found.`)),
      locate: (path) => Promise.resolve({ path }),
      reader: this.#reader,
      sources: {
        look: (asked) => this.#look(asked),
        fetch: () => Promise.reject(new Error('There are only local files here.')),
      },
      runs: this.runs,
      refusedMarks: this.refusedMarks,
      newPlanId: () => randomUUID(),
      now: () => this.now,
    });
  }

  glance(region = 'RegionOne'): GlanceModel {
    const found = this.regions.get(region);
    if (found === undefined) throw new Error(`No region ${region} in this test.`);
    return found;
  }

  /** Puts bytes on the web, for this machine and every region. */
  publish(url: string, bytes: Buffer, etag?: string): void {
    this.web.set(url, { size: bytes.length, ...(etag === undefined ? {} : { etag }) });
    for (const glance of this.regions.values()) glance.stores.web.set(url, bytes);
  }

  /** As this machine sees the web. */
  #look({ arguments: given }: Definition): Promise<RemoteLook> {
    const { image_source_url: name = '', image_source_checksum: checksum } = given;
    const seen = this.web.get(name);
    const [algorithm = '', hex = ''] = checksum?.split(':') ?? [];
    const origin = {
      url: createHash('sha256').update(name).digest('hex'),
      decompressed: false,
      ...(checksum === undefined ? (seen?.etag === undefined ? {} : { etag: seen.etag }) : { checksum }),
    };
    const known =
      checksum !== undefined ? { digests: { [algorithm]: hex } } : seen === undefined ? {} : { size: seen.size };
    const facts = { name, origin, ...known, kind: 'cloud' as const };
    if (seen !== undefined || checksum !== undefined) return Promise.resolve({ facts, network: 'public' });
    const unreached = new Failure('host-not-found', 'There is no such host.');
    return Promise.resolve({ facts, network: 'public', unreached });
  }

  #after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds === IMPORT_INTERVAL) {
      this.now = new Date(this.now.getTime() + milliseconds);
      void Promise.resolve()
        .then(() => this.onLook())
        .then(callback);
      return () => undefined;
    }
    this.timers.set(milliseconds, callback);
    return () => this.timers.delete(milliseconds);
  }

  async plan(definitions: Definition | readonly Definition[], adopt = false): Promise<readonly Plan[]> {
    const list = [definitions].flat();
    const plans = await Promise.all(
      [...this.regions.keys()].map((region) =>
        this.#planner.plan(
          place(region),
          list.map((definition) => ({ definition, cloudChosenBy: 'the test' })),
          { adopt, recoverStuck: this.recoverStuck, signal: undefined },
        ),
      ),
    );
    return plans.flat();
  }

  async planOne(definition: Definition, adopt = false): Promise<Plan> {
    const [plan] = await this.plan(definition, adopt);
    if (plan === undefined) throw new Error('No plan.');
    return plan;
  }

  async apply(
    plans: readonly Plan[],
    options: {
      adopt?: boolean;
      signal?: AbortSignal;
      signalOf?: (plan: Plan) => AbortSignal | undefined;
      confirmAgain?: (plans: readonly Plan[]) => Promise<boolean>;
    } = {},
  ): Promise<readonly ApplyResult[]> {
    return applyPlans(
      plans,
      {
        region: (where) => Promise.resolve({ images: this.seen(this.glance(where.region)), project: 'project-1' }),
        consumer: ({ place: { region } }, name) => {
          const project = this.consumers.get(name);
          const glance = this.glance(region);
          const images: ImageService = Object.assign(Object.create(glance) as GlanceModel, {
            members: glance.sharing.as(project ?? ''),
          });
          return Promise.resolve({ images, project });
        },
        replan: (where, again, signal, candidates) =>
          this.#planner.plan(where, again, {
            adopt: options.adopt ?? false,
            recoverStuck: this.recoverStuck,
            signal,
            ...(candidates === undefined ? {} : { candidates }),
          }),
        files: this.files,
        workers: this.#workers,
        reader: this.#reader,
        inTurn: this.inTurn,
        runs: this.runs,
        refusedMarks: this.refusedMarks,
        now: () => this.now,
        after: (milliseconds, callback) => this.#after(milliseconds, callback),
        recoverStuck: this.recoverStuck,
        emit: (event) => this.events.push(event),
        log: silentLog,
        signal: options.signal,
        signalFor: (plan) => options.signalOf?.(plan) ?? options.signal,
      },
      options.confirmAgain,
    );
  }

  async planRollback(of: Definition): Promise<Rollback> {
    const requests = [{ definition: of, cloudChosenBy: 'the test' }];
    const [rollback] = await this.#planner.planRollbacks(place('RegionOne'), requests, undefined);
    if (rollback === undefined) throw new Error('No rollback.');
    return rollback;
  }

  async rollBack(rollback: Rollback): Promise<RollbackResult> {
    const [result] = await applyRollbacks([rollback], {
      region: (where) => Promise.resolve({ images: this.glance(where.region), project: 'project-1' }),
      replan: async () => {
        const [again] = await this.#planner.planRollbacks(rollback.place, [rollback], undefined);
        return again ?? rollback;
      },
      runs: this.runs,
      now: () => this.now,
      log: silentLog,
      signal: undefined,
    });
    if (result === undefined) throw new Error('No result.');
    return result;
  }

  async planAndApply(definition: Definition): Promise<ApplyResult> {
    const [result] = await this.apply(await this.plan(definition));
    if (result === undefined) throw new Error('No result.');
    return result;
  }
}

export function place(region: string): Place {
  return { cloud: 'test', region, origin: 'environment' };
}

/** A definition as a file would give it. */
export function definition(extra: Partial<DefinitionArguments> = {}): Definition {
  const written: DefinitionArguments = {
    name: 'Ubuntu',
    container_format: 'bare',
    disk_format: 'qcow2',
    local_file_path: '/images/ubuntu.qcow2',
    ...extra,
  };
  return {
    file: '/w/ubuntu.image.jsonc',
    text: '{}',
    index: 0,
    arguments: written,
    range: { offset: 0, length: 2 },
    places: new Map(),
    line: 1,
  };
}

/** The same definition without these arguments. */
export function without(from: Definition, ...names: (keyof DefinitionArguments)[]): Definition {
  const kept = Object.entries(from.arguments).filter(([name]) => !names.some((gone) => gone === name));
  return { ...from, arguments: { ...from.arguments, ...clear(names), ...Object.fromEntries(kept) } };
}

function clear(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
