import type { Definition } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { ImageMember } from '../../../glance/members.ts';
import type { Problem } from '../../../problem.ts';
import type { Marks } from '../../ownership/marks.ts';
import { compareMembers, memberFacts, memberProblems, unmanagedMembers } from './members.ts';
import { storeChanges, storeProblems, wantedStores, type StoresFinding } from './stores.ts';
import { storesOf } from '../../../glance/stores.ts';
import type { Change, WantedStores } from '../../model/plan.ts';

/** What was found out about members and stores, as far as a definition speaks of them. */
export interface SharingFacts {
  readonly stores: StoresFinding;
  /** Members by image; absent for an image that nobody asked about. */
  readonly members: ReadonlyMap<string, readonly ImageMember[]>;
  /** Why something could not be found out. */
  readonly problems: readonly Problem[];
}

/** Where no definition speaks of members or stores. */
export const NOTHING_SHARED: SharingFacts = { stores: { kind: 'unasked' }, members: new Map(), problems: [] };

/** What a plan is made from, as far as members and stores go. */
export interface SharingInput {
  readonly definition: Definition;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  readonly sharing: SharingFacts;
}

/** The changes of members and stores; for no image, everything that a new one gets. */
export function sharingChanges(
  { definition, sharing }: SharingInput,
  live: LiveImage | undefined,
  marks: Marks | undefined,
): readonly Change[] {
  const members = live === undefined ? [] : (sharing.members.get(live.id) ?? []);
  return [
    ...compareMembers(definition.arguments, members, marks),
    ...storeChanges(wantedStores(definition, sharing.stores), live),
  ];
}

/** Members that neither the definition nor we added. */
export function unmanagedSharing(
  { definition, sharing }: SharingInput,
  live: LiveImage,
  marks: Marks | undefined,
): readonly string[] {
  return unmanagedMembers(definition.arguments, sharing.members.get(live.id) ?? [], marks);
}

/** What is wrong with the members and stores of a definition in this region. */
export function sharingProblems({ definition, project, sharing }: SharingInput): readonly Problem[] {
  return [...sharing.problems, ...memberProblems(definition, project), ...storeProblems(definition, sharing.stores)];
}

/** What a plan carries for its apply, and what it was made from. */
export function sharingOfPlan(
  { definition, sharing }: SharingInput,
  live: LiveImage | undefined,
): { readonly stores?: WantedStores; readonly facts: readonly string[] } {
  const stores = wantedStores(definition, sharing.stores);
  const members = live === undefined ? undefined : sharing.members.get(live.id);
  const facts = [
    ...(members === undefined ? [] : memberFacts(members)),
    ...(stores === undefined || live === undefined ? [] : [...storesOf(live)].sort()),
  ];
  return { ...(stores === undefined ? {} : { stores }), facts };
}
