import type { Definition } from '../../definition/definition.ts';
import { isRemote, sourceOf } from '../../definition/source.ts';
import { isAbort, toFailure } from '../../failure.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Place } from '../../place.ts';
import type { DefinitionSources, FetchEvent } from '../sources/definition-sources.ts';
import { USUAL_DIGESTS, type SourceReader } from '../../source/source-reader.ts';
import { collect, gatherCandidates } from './gather.ts';
import { gatherMembers, gatherStores, mayNeedMembers } from './sharing/gather-sharing.ts';
import { planImage } from './plan.ts';
import type { SourceFinding } from '../sources/source-finding.ts';
import { problemAtSource } from '../../definition/problem-at.ts';
import { networkProblems, unreachedProblem } from './problems/source-problems.ts';
import { pathProblems, type Locate } from './problems/reach-problems.ts';
import type { RefusedMarks } from '../ownership/refused-marks.ts';
import { mayBeRenamed, offerRename } from './rename.ts';
import { gatherImports } from './web-download.ts';
import { planRollback, unplacedRollback, type Rollback } from './rollback.ts';
import type { Runs } from '../ownership/run.ts';
import type { Plan } from '../model/plan.ts';
import { NOTHING_SHARED } from './sharing/sharing.ts';
import { unplaced } from './unplaced.ts';
import { SENDS } from '../model/action.ts';
import type { PlanInput } from './plan-input.ts';

/** A region as a plan looks at it. */
export interface PlanRegion {
  readonly images: ImageService;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  /** Whether what the login creates would belong to nobody. */
  readonly ownerless?: boolean;
  /** Names of the login's roles, where they are known. */
  readonly roles?: readonly string[];
  /** The formats that it takes; `undefined` where it does not say. Asked only where a plan sends bytes. */
  formats?(signal: AbortSignal | undefined): Promise<PlanInput['formats']>;
}

/** A definition in one place, still to be decided about. */
export interface PlanRequest {
  /** Absent for a new plan. */
  readonly id?: string;
  readonly definition: Definition;
  readonly cloudChosenBy: string;
}

/** What a planner needs of its surroundings. */
export interface PlannerSurroundings {
  region(place: Place, signal: AbortSignal | undefined): Promise<PlanRegion>;
  /** Where one of a definition's paths leads. Throws `Failure` for one that means nothing. */
  readonly locate: Locate;
  /** Throws `Failure` where `clouds.yaml` has no such entry. */
  checkCloud(name: string, definition: Definition): Promise<void>;
  readonly reader: SourceReader;
  readonly sources: Pick<DefinitionSources, 'look' | 'fetch'>;
  readonly runs: Runs;
  readonly refusedMarks: RefusedMarks;
  newPlanId(): string;
  /** Time of day. */
  now(): Date;
}

export interface PlannerOptions {
  readonly adopt: boolean;
  readonly recoverStuck: boolean;
  /** Told how far a source is on its way to this plan; absent where none shall be fetched. */
  readonly fetch?: (plan: string, event: FetchEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** Gathers what a plan is made from and has it decided. */
export class Planner {
  readonly #surroundings: PlannerSurroundings;

  constructor(surroundings: PlannerSurroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Plans for definitions of one place, in their order. Throws only when cancelled: what fails is a blocked plan that
   * says why.
   */
  async plan(place: Place, requests: readonly PlanRequest[], options: PlannerOptions): Promise<readonly Plan[]> {
    try {
      const region = await this.#surroundings.region(place, options.signal);
      const definitions = requests.map(({ definition }) => definition);
      const [candidates, stores, imports] = await Promise.all([
        gatherCandidates(region.images, definitions, region.project, options.signal),
        gatherStores(region.images, definitions, options.signal),
        gatherImports(region.images, definitions, options.signal),
      ]);
      const plans = await Promise.all(
        requests.map(async (request) => {
          const { project, ownerless = false, roles } = region;
          const source = await this.#source(request.definition, options.signal);
          const { adopt, recoverStuck } = options;
          const now = this.#surroundings.now();
          const refusesMarks = await this.#surroundings.refusedMarks.has(place);
          const { id = this.#surroundings.newPlanId(), definition, cloudChosenBy } = request;
          const runState: PlanInput['runState'] = (run) => this.#surroundings.runs.state(run);
          const known = {
            id,
            definition,
            place,
            cloudChosenBy,
            project,
            ownerless,
            ...(roles === undefined ? {} : { roles }),
            candidates,
            adopt,
            recoverStuck,
            now,
            refusesMarks,
            runState,
            sharing: { ...NOTHING_SHARED, stores },
            imports,
          };
          const input = await this.#withMembers({ ...known, source }, region.images, options.signal);
          return this.#decide(await withFormats(input, region, options.signal), options);
        }),
      );
      return await this.#offerRenames(plans, definitions, region, options.signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      const failure = toFailure(error);
      return requests.map(({ id = this.#surroundings.newPlanId(), definition, cloudChosenBy }) =>
        unplaced(id, definition, failure, { place, chosenBy: cloudChosenBy }),
      );
    }
  }

  /** Rollbacks for definitions of one place, in their order. Throws only when cancelled. */
  async planRollbacks(
    place: Place,
    requests: readonly PlanRequest[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Rollback[]> {
    const named = requests.map(({ id = this.#surroundings.newPlanId(), definition, cloudChosenBy }) => {
      return { id, definition, place, cloudChosenBy };
    });
    try {
      const { images, project } = await this.#surroundings.region(place, signal);
      const definitions = requests.map(({ definition }) => definition);
      const candidates = await gatherCandidates(images, definitions, project, signal);
      return named.map((common) => planRollback({ ...common, project, candidates }));
    } catch (error) {
      if (isAbort(error)) throw error;
      return named.map((common) => unplacedRollback(common, toFailure(error)));
    }
  }

  /** One listing of the project for all plans that could be renames; none where there is no such plan. */
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

  /** Which image is meant tells whose members are needed. */
  async #withMembers(input: PlanInput, images: ImageService, signal: AbortSignal | undefined): Promise<PlanInput> {
    const { definition, candidates } = input;
    const { live, bytes, action } = planImage(input);
    // A local file's bytes are read later only, so that "unknown" may come to a replacement.
    const mayReplace =
      live?.visibility === 'shared' && (action === 'replace' || bytes === 'different' || bytes === 'unknown');
    if (!mayReplace && !mayNeedMembers(definition, candidates)) return input;
    const checkCloud = this.#surroundings.checkCloud.bind(this.#surroundings);
    const found = await gatherMembers(images, { definition, mayReplace, live, candidates, checkCloud }, signal);
    return { ...input, sharing: { ...input.sharing, ...found } };
  }

  /** Decides; reads the source's bytes only where nothing else tells whether they differ. */
  async #decide(input: PlanInput, options: PlannerOptions): Promise<Plan> {
    const { signal } = options;
    const plan = planImage(input);
    const { source } = input;
    if (source.kind === 'remote') return this.#fetched(input, plan, options);
    if (plan.bytes !== 'unknown' || source.kind !== 'file') return plan;
    const algorithm = plan.live?.os_hash_algo;
    const wanted = new Set<string>([...USUAL_DIGESTS, ...(typeof algorithm === 'string' ? [algorithm] : [])]);
    const missing = [...wanted].some((name) => source.facts.digests?.[name] === undefined);
    if (!missing) return plan;
    try {
      const digests = await this.#surroundings.reader.digests(source.facts.path, [...wanted], signal);
      return planImage({ ...input, source: { kind: 'file', facts: { ...source.facts, digests } } });
    } catch (error) {
      if (isAbort(error)) throw error;
      return planImage({ ...input, source: sourceProblem(input.definition, error) });
    }
  }

  /** Decides again with the bytes at hand, where that is wanted and they would be sent. */
  async #fetched(input: PlanInput, plan: Plan, { fetch, signal }: PlannerOptions): Promise<Plan> {
    const { action, problems, remote } = plan;
    const sends = action === 'create' || action === 'upload' || action === 'replace';
    if (fetch === undefined || remote === undefined || remote.kind === 'cloud' || !sends) return plan;
    try {
      const tell = (event: FetchEvent): void => fetch(plan.id, event);
      const facts = await this.#surroundings.sources.fetch(input.definition, signal, tell);
      const told = networkProblems(input.definition, remote, facts.network ?? 'public');
      const known = problems.filter(
        ({ code }) => TOLD_OF_SOURCES.has(code) && told.every((each) => each.code !== code),
      );
      return await this.#decide(
        { ...input, source: { kind: 'file', facts, problems: [...known, ...told] } },
        { ...EMPTY, signal },
      );
    } catch (error) {
      if (isAbort(error)) throw error;
      return planImage({ ...input, source: sourceProblem(input.definition, error) });
    }
  }

  async #source(definition: Definition, signal: AbortSignal | undefined): Promise<SourceFinding> {
    try {
      const reached = await pathProblems(definition, this.#surroundings.locate);
      const source = sourceOf(definition);
      if (source.kind === 'none') return { kind: 'none' };
      if (isRemote(source)) {
        const { facts, network, unreached } = await this.#surroundings.sources.look(definition, signal);
        const problems = [
          ...reached,
          ...networkProblems(definition, facts, network),
          ...(unreached === undefined ? [] : [unreachedProblem(definition, facts, unreached)]),
        ];
        return { kind: 'remote', facts, problems };
      }
      const { path } = await this.#surroundings.locate(source.path, definition);
      const { identity, digests } = await this.#surroundings.reader.identify(path);
      const inspection = await this.#surroundings.reader.inspect(path);
      const facts = { path, size: identity.size, inspection, ...(digests === undefined ? {} : { digests }) };
      return { kind: 'file', facts, problems: reached };
    } catch (error) {
      if (isAbort(error)) throw error;
      return sourceProblem(definition, error);
    }
  }
}

/** What the cloud takes matters where something is sent to it. */
async function withFormats(input: PlanInput, region: PlanRegion, signal: AbortSignal | undefined): Promise<PlanInput> {
  if (region.formats === undefined || !SENDS.has(planImage(input).action)) return input;
  const formats = await region.formats(signal);
  return formats === undefined ? input : { ...input, formats };
}

/** What a plan says of a source, however much is known of its bytes by then. */
const TOLD_OF_SOURCES: ReadonlySet<string> = new Set(['source-not-public', 'path-outside', 'path-is-link']);

/** Options of a decision that needs nothing more from outside. */
const EMPTY = { adopt: false, recoverStuck: false } as const;

function sourceProblem(definition: Definition, error: unknown): SourceFinding {
  const failure = toFailure(error);
  return {
    kind: 'problem',
    problem: problemAtSource(definition, 'error', failure.code, failure.explain()),
  };
}
