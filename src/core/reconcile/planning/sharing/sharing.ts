import type { Definition } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import type { Problem } from '../../../problem.ts';
import type { Marks } from '../../ownership/marks.ts';
import { compareMembers, memberFacts, memberProblems, unmanagedMembers, type MembersFinding } from './members.ts';
import { storeChanges, storeProblems, wantedStores, type StoresFinding } from './stores.ts';
import { storesOf } from '../../../glance/stores.ts';
import type { Change, WantedStores } from '../../model/plan.ts';

/** What a plan is made from, as far as members and stores go. */
export interface SharingInput {
  readonly definition: Definition;
  /** Id of the scoped project. */
  readonly project: string | undefined;
  readonly stores: StoresFinding;
  readonly members: MembersFinding;
}

/** The changes of members and stores; for no image, everything that a new one gets. */
export function sharingChanges(
  { definition, stores, members }: SharingInput,
  live: LiveImage | undefined,
  marks: Marks | undefined,
): readonly Change[] {
  const ofLive = live === undefined ? [] : (members.byImage.get(live.id) ?? []);
  return [
    ...compareMembers(definition.arguments, ofLive, marks),
    ...storeChanges(wantedStores(definition, stores), live),
  ];
}

/** Members that neither the definition nor we added. */
export function unmanagedSharing(
  { definition, members }: SharingInput,
  live: LiveImage,
  marks: Marks | undefined,
): readonly string[] {
  return unmanagedMembers(definition.arguments, members.byImage.get(live.id) ?? [], marks);
}

/** What is wrong with the members and stores of a definition in this region. */
export function sharingProblems({ definition, project, stores, members }: SharingInput): readonly Problem[] {
  return [...members.problems, ...memberProblems(definition, project), ...storeProblems(definition, stores)];
}

/** What a plan carries for its apply, and what it was made from. */
export function sharingOfPlan(
  { definition, stores: found, members }: SharingInput,
  live: LiveImage | undefined,
): { readonly stores?: WantedStores; readonly facts: readonly string[] } {
  const stores = wantedStores(definition, found);
  const ofLive = live === undefined ? undefined : members.byImage.get(live.id);
  const facts = [
    ...(ofLive === undefined ? [] : memberFacts(ofLive)),
    ...(stores === undefined || live === undefined ? [] : [...storesOf(live)].sort()),
  ];
  return { ...(stores === undefined ? {} : { stores }), facts };
}
