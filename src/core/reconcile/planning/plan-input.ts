import type { Failure } from '../../failure.ts';
import type { Definition } from '../../definition/definition.ts';
import type { Place } from '../../place.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { SourceFinding } from '../sources/source-finding.ts';
import type { MembersFinding } from './sharing/members.ts';
import type { StoresFinding } from './sharing/stores.ts';
import type { RunState } from '../ownership/staged.ts';

/** What a region says of its import methods; `unasked` where no definition has Glance fetch its source. */
export type ImportsFinding =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'methods'; readonly methods: readonly string[] }
  /** The region has no import API, or does not tell. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Whether a login may send a request, by its method and its path. */
export type MayRequest = (method: string, path: string) => boolean;

/** What one look at a region tells about one definition. `needsOf` says what else has to be found out. */
export interface Situation {
  readonly id: string;
  readonly definition: Definition;
  readonly place: Place;
  readonly cloudChosenBy: string;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  /** Whether images that the login creates would have no owner. */
  readonly ownerless?: boolean;
  /** Names of the login's roles, where they are known. */
  readonly roles?: readonly string[];
  /** Whether the login's access rules allow a request below the root of the Image API; absent where it has none. */
  readonly mayRequest?: MayRequest;
  /** Live images that the definition could mean. */
  readonly candidates: readonly LiveImage[];
  readonly source: SourceFinding;
  readonly adopt: boolean;
  /** Consent to take over what an apply left, although that apply may still be running. */
  readonly recoverStuck: boolean;
  readonly now: Date;
  /** Algorithm of the multihash that the region computes, where its images tell. */
  readonly multihash?: string;
  /** When the region was looked at. Absent: what an earlier look found is used. */
  readonly lookedAt?: number;
  /** Whether the region is known to refuse marks. */
  readonly refusesMarks: boolean;
  readonly runState: (run: string) => RunState;
  readonly stores: StoresFinding;
  readonly imports: ImportsFinding;
}

/** Everything that a plan is made from. */
export interface PlanInput extends Situation {
  readonly members: MembersFinding;
  /** Formats in the cloud's own schema, if it was read. */
  readonly formats?: { readonly disk: readonly string[]; readonly container: readonly string[] };
}
