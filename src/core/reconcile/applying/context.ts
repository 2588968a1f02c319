import type { LiveImage } from '../../glance/image.ts';
import type { ImageService } from '../../glance/service.ts';
import type { Log } from '../../log.ts';
import type { Place } from '../../place.ts';
import type { DigestWorkers, SourceFiles } from '../../source/ports.ts';
import type { SourceReader } from '../../source/source-reader.ts';
import type { RefusedMarks } from '../ownership/refused-marks.ts';
import type { StateMark } from '../ownership/marks.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplyEvent, ApplyResult } from '../model/result.ts';
import type { Runs } from '../ownership/staged.ts';

/** The region that an apply works in. */
export interface ApplyRegion {
  readonly images: ImageService;
  /** Id of the scoped project. */
  readonly project: string | undefined;
}

/** What an apply is given. */
export interface ApplyContext {
  region(place: Place): Promise<ApplyRegion>;
  /** The plan's region, logged in to with another entry of `clouds.yaml`. */
  consumer(plan: Plan, cloud: string): Promise<ApplyRegion>;
  /**
   * Plans again, for plans of one place. Keeps their order and their ids.
   *
   * @param candidates what a look at the region just found of their images; without them it is looked at again
   */
  replan(
    place: Place,
    plans: readonly Plan[],
    signal: AbortSignal | undefined,
    candidates?: readonly LiveImage[],
  ): Promise<readonly Plan[]>;
  readonly files: SourceFiles;
  readonly workers: DigestWorkers;
  readonly reader: SourceReader;
  /** Runs work that fetches or sends a source once it is its turn: the number of sources at once is limited. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly runs: Runs;
  readonly refusedMarks: RefusedMarks;
  /** The current time. */
  now(): Date;
  /** Calls back once after this many ms, unless the function it returns is called first. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Consent to take over images of an earlier apply that may still be alive. */
  readonly recoverStuck: boolean;
  emit(event: ApplyEvent): void;
  readonly log: Log;
  /** Fires when everything that this work is for is cancelled. */
  readonly signal: AbortSignal | undefined;
  /** Fires when this plan is cancelled, alone or with the whole apply. */
  signalFor(plan: Plan): AbortSignal | undefined;
}

/** What all plans of one apply share. */
export interface ApplyJob {
  readonly context: ApplyContext;
  /** The name of this run. Staged images remember it. */
  readonly run: string;
  /** Asks for consent to plans that do more, or warn of more in their bytes, than was agreed to. */
  readonly confirm: (worse: readonly Plan[]) => Promise<boolean>;
  /** Whether somebody can be asked. If not, a plan that only warns of more goes on, and its result says so. */
  readonly asks: boolean;
  /** Takes the result of one plan. */
  readonly report: (result: ApplyResult) => void;
}

/** One plan that is carried out in its region: what each step needs. */
export interface PlanWork {
  readonly plan: Plan;
  /** Records each request that makes or changes something. */
  readonly region: ApplyRegion;
  /** The mark that an image carries while this apply works on it. */
  readonly state: StateMark;
  readonly context: ApplyContext;
}
