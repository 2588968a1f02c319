import type { ImageService } from '../../glance/service.ts';
import type { Log } from '../../log.ts';
import type { Place } from '../../place.ts';
import type { DigestWorkers, SourceFiles } from '../../source/ports.ts';
import type { SourceReader } from '../../source/source-reader.ts';
import type { RefusedMarks } from '../ownership/refused-marks.ts';
import type { StateMark } from '../ownership/marks.ts';
import type { Runs } from '../ownership/run.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyEvent, ApplyResult } from '../model/result.ts';

/** A region as an apply works on it. */
export interface ApplyRegion {
  readonly images: ImageService;
  /** Id of the scoped project. */
  readonly project: string | undefined;
}

/** What an apply needs of its surroundings. */
export interface ApplyContext {
  region(place: Place): Promise<ApplyRegion>;
  /** The region of a plan, as another entry of `clouds.yaml` logs in there. */
  consumer(plan: Plan, cloud: string): Promise<ApplyRegion>;
  /** Looks again at plans of one place and decides again, in their order; their ids stay. */
  replan(place: Place, plans: readonly Plan[], signal: AbortSignal | undefined): Promise<readonly Plan[]>;
  readonly files: SourceFiles;
  readonly workers: DigestWorkers;
  readonly reader: SourceReader;
  /** Runs work that fetches or sends a source when it is its turn: only so many sources are on their way at once. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly runs: Runs;
  readonly refusedMarks: RefusedMarks;
  /** Time of day. */
  now(): Date;
  /** Calls back once after so many ms, unless what it returns is called first. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Consent to take over what an apply left that may not be quite dead. */
  readonly recoverStuck: boolean;
  emit(event: ApplyEvent): void;
  readonly log: Log;
  /** Fires when all that this work is for is cancelled. */
  readonly signal: AbortSignal | undefined;
  /** Fires when this plan is cancelled, alone or with the whole apply. */
  signalFor(plan: Plan): AbortSignal | undefined;
}

/** One call of an apply: what all of its plans share. */
export interface ApplyJob {
  readonly context: ApplyContext;
  /** The name of the run, which the images that it stages remember. */
  readonly run: string;
  /** Whether plans that do more than was agreed to are agreed to as well. */
  readonly confirm: (worse: readonly Plan[]) => Promise<boolean>;
  /** Takes the result of one plan. */
  readonly report: (result: ApplyResult) => void;
}

/** One plan at work in its region: what each of its steps needs. */
export interface PlanWork {
  readonly plan: Plan;
  /** Requests that make or change something are noted there. */
  readonly region: ApplyRegion;
  /** What an image remembers of this apply while it is at work on it. */
  readonly state: StateMark;
  readonly context: ApplyContext;
}
