import type { Definition } from '../../definition/definition.ts';
import { isAbort, toFailure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Place } from '../../place.ts';
import { fetchSource, findSource, readDigests, type FindSourceDeps } from './find-source.ts';
import { collect, findCandidates, newestMultihash } from './candidates.ts';
import { needsOf, regionNeedsOf, type Needs, takesFormats } from './needs.ts';
import { listMembers, listStores, type CheckCloud } from './sharing/list-sharing.ts';
import { planImage, blockedPlan } from './plan.ts';
import type { SourceFinding } from '../sources/source-finding.ts';
import type { RefusedMarks } from '../ownership/refused-marks.ts';
import { mayBeRenamed, offerRename } from './rename.ts';
import { listImportMethods } from './web-download.ts';
import { planRollback, blockedRollback, type Rollback } from './plan-rollback.ts';
import { type Plan, SENDS } from '../model/plan.ts';
import type { MayRequest, PlanInput, Situation } from './plan-input.ts';
import type { Runs } from '../ownership/staged.ts';
import type { FetchEvent } from '../model/result.ts';

/** A region, as planning sees it. */
export interface PlanRegion {
  readonly images: ImageService;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  /** Whether images that the login creates would have no owner. */
  readonly ownerless?: boolean;
  /** Names of the login's roles, where they are known. */
  readonly roles?: readonly string[];
  /** As in `Situation`. */
  readonly mayRequest?: MayRequest;
  /** The formats that the region accepts; `undefined` if it does not say. Called only for a plan that sends bytes. */
  formats?(signal: AbortSignal | undefined): Promise<PlanInput['formats']>;
}

/** A definition to plan in one place. */
export interface PlanRequest {
  /** Absent for a new plan. */
  readonly id?: string;
  readonly definition: Definition;
  readonly cloudChosenBy: string;
  /** Algorithm of the region's multihash, as an earlier plan found it. */
  readonly multihash?: string;
}

/** What a planner works with. */
export interface PlannerDeps extends FindSourceDeps {
  region(place: Place, signal: AbortSignal | undefined): Promise<PlanRegion>;
  readonly checkCloud: CheckCloud;
  readonly runs: Runs;
  readonly refusedMarks: RefusedMarks;
  newPlanId(): string;
  /** Time of day. */
  now(): Date;
}

/** How plans are made. */
export interface PlannerOptions {
  readonly adopt: boolean;
  readonly recoverStuck: boolean;
  /** The images that the definitions could mean, where a look at the region just found them. Absent: the region is looked at. */
  readonly candidates?: readonly LiveImage[];
  /** Called with the progress of a download for a plan. Absent: nothing is downloaded. */
  readonly fetch?: (plan: string, event: FetchEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** Makes plans: looks at the region, finds out what else is needed, decides. */
export class Planner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /**
   * Plans for definitions of one place, in their order. Throws only when cancelled: a definition that fails gets a blocked
   * plan that says why.
   */
  async plan(place: Place, requests: readonly PlanRequest[], options: PlannerOptions): Promise<readonly Plan[]> {
    try {
      const region = await this.#deps.region(place, options.signal);
      const definitions = requests.map(({ definition }) => definition);
      const common = await this.#commonTo(definitions, region, place, options);
      const plans = await Promise.all(
        requests.map(async ({ id = this.#deps.newPlanId(), definition, cloudChosenBy, multihash: known }) => {
          const source = await findSource(definition, this.#deps, options.signal);
          const multihash = newestMultihash(common.candidates) ?? known;
          const situation = { ...common, id, definition, cloudChosenBy, source };
          return this.#planOne(multihash === undefined ? situation : { ...situation, multihash }, region, options);
        }),
      );
      return options.candidates === undefined
        ? await this.#offerRenames(plans, definitions, region, options.signal)
        : plans;
    } catch (error) {
      if (isAbort(error)) throw error;
      const failure = toFailure(error);
      return requests.map(({ id = this.#deps.newPlanId(), definition, cloudChosenBy }) =>
        blockedPlan(id, definition, failure, { place, chosenBy: cloudChosenBy }),
      );
    }
  }

  /** Rollbacks for definitions of one place, in their order. Throws only when cancelled. */
  async planRollbacks(
    place: Place,
    requests: readonly PlanRequest[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Rollback[]> {
    const named = requests.map(({ id = this.#deps.newPlanId(), definition, cloudChosenBy }) => {
      return { id, definition, place, cloudChosenBy };
    });
    try {
      const { images, project } = await this.#deps.region(place, signal);
      const definitions = requests.map(({ definition }) => definition);
      const candidates = await findCandidates(images, definitions, project, signal);
      return named.map((common) => planRollback({ ...common, project, candidates }));
    } catch (error) {
      if (isAbort(error)) throw error;
      return named.map((common) => blockedRollback(common, toFailure(error)));
    }
  }

  /** Lists the project once for all plans that may be renames; not at all if none is. */
  async #offerRenames(
    plans: readonly Plan[],
    definitions: readonly Definition[],
    { images, project }: PlanRegion,
    signal: AbortSignal | undefined,
  ): Promise<readonly Plan[]> {
    if (project === undefined || !plans.some(mayBeRenamed)) return plans;
    const all = await collect(
      images.list({ owner: project, pageSize: 1000, ...(signal === undefined ? {} : { signal }) }),
    );
    return plans.map((plan) => offerRename(plan, all, definitions));
  }

  /** What all plans of a region are made from. */
  async #commonTo(
    definitions: readonly Definition[],
    { images, project, ownerless = false, roles, mayRequest }: PlanRegion,
    place: Place,
    { adopt, recoverStuck, signal, candidates: known }: PlannerOptions,
  ): Promise<Omit<Situation, 'id' | 'definition' | 'cloudChosenBy' | 'source'>> {
    const needs = regionNeedsOf(definitions);
    const now = this.#deps.now();
    const [candidates, stores, imports, refusesMarks] = await Promise.all([
      known ?? findCandidates(images, definitions, project, signal),
      needs.stores ? listStores(images, signal) : UNASKED,
      needs.imports ? listImportMethods(images, signal) : UNASKED,
      this.#deps.refusedMarks.has(place),
    ]);
    return {
      place,
      project,
      ownerless,
      ...(roles === undefined ? {} : { roles }),
      ...(mayRequest === undefined ? {} : { mayRequest }),
      candidates,
      stores,
      imports,
      refusesMarks,
      adopt,
      recoverStuck,
      now,
      ...(known === undefined ? { lookedAt: now.getTime() } : {}),
      runState: (run) => this.#deps.runs.state(run),
    };
  }

  /** Finds out what is needed and decides. If the source is to be downloaded and would be sent, decides again with its bytes. */
  async #planOne(situation: Situation, region: PlanRegion, options: PlannerOptions): Promise<Plan> {
    const { definition, source, id } = situation;
    const { fetch, signal } = options;
    const input = await this.#withNeeded(situation, region, signal);
    const plan = planImage(input);
    if (fetch === undefined || source.kind !== 'remote' || source.facts.kind === 'cloud' || !SENDS.has(plan.action))
      return plan;
    const fetched = await fetchSource(definition, source, this.#deps, signal, (event) => fetch(id, event));
    const withBytes = { ...input, source: fetched };
    return planImage({ ...withBytes, source: await this.#withDigests(withBytes, needsOf(withBytes), signal) });
  }

  async #withNeeded(situation: Situation, region: PlanRegion, signal: AbortSignal | undefined): Promise<PlanInput> {
    const needs = needsOf(situation);
    const [source, members] = await Promise.all([
      this.#withDigests(situation, needs, signal),
      listMembers(region.images, needs.members, situation.definition, this.#deps.checkCloud, signal),
    ]);
    const asksFormats = needs.formats && members.problems.length === 0 && !takesFormats(situation);
    const formats = asksFormats ? await region.formats?.(signal) : undefined;
    return { ...situation, source, members, ...(formats === undefined ? {} : { formats }) };
  }

  async #withDigests(
    { definition, source }: Situation,
    { digests }: Needs,
    signal: AbortSignal | undefined,
  ): Promise<SourceFinding> {
    if (source.kind !== 'file' || digests.length === 0) return source;
    return readDigests(definition, source, digests, this.#deps, signal);
  }
}

const UNASKED = { kind: 'unasked' } as const;
