import type { Failure } from '../../failure.ts';
import type { Definition } from '../../definition/definition.ts';
import type { Place } from '../../place.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { SourceFinding } from '../sources/source-finding.ts';
import type { RunState } from '../ownership/run.ts';
import type { MembersFinding } from './sharing/members.ts';
import type { StoresFinding } from './sharing/stores.ts';

/** What a region says of its import methods; `unasked` where no definition has Glance fetch its source. */
export type ImportsFinding =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'methods'; readonly methods: readonly string[] }
  /** The region has no import API, or does not tell. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What is known of one definition in one region from one look at it. What else matters, `needsOf` says. */
export interface Situation {
  readonly id: string;
  readonly definition: Definition;
  readonly place: Place;
  readonly cloudChosenBy: string;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  /** Whether what the login creates would belong to nobody. */
  readonly ownerless?: boolean;
  /** Names of the login's roles, where they are known. */
  readonly roles?: readonly string[];
  /** Live images that the definition could mean. */
  readonly candidates: readonly LiveImage[];
  readonly source: SourceFinding;
  readonly adopt: boolean;
  /** Consent to take over what an apply left that may not be quite dead. */
  readonly recoverStuck: boolean;
  readonly now: Date;
  /** Whether the region is known to refuse marks. */
  readonly refusesMarks: boolean;
  readonly runState: (run: string) => RunState;
  readonly stores: StoresFinding;
  readonly imports: ImportsFinding;
}

/** Everything that a plan is made from. */
export interface PlanInput extends Situation {
  readonly members: MembersFinding;
  /** Formats that the cloud's own schema offers, where it was read. */
  readonly formats?: { readonly disk: readonly string[]; readonly container: readonly string[] };
}
