import type { Definition } from '../../definition/definition.ts';
import { sourceOf } from '../../definition/source.ts';
import { readMarks } from '../ownership/marks.ts';
import { SENDS } from '../model/action.ts';
import { USUAL_DIGESTS } from '../../source/source-reader.ts';
import { decide, type Decision } from './decision.ts';
import type { Situation } from './plan-input.ts';
import { predecessorsAtHand } from './sharing/awaited-members.ts';
import { needsMembers, NO_MEMBERS } from './sharing/members.ts';

/** What a region has to be asked for the plans of some definitions, beside their images. */
export interface RegionNeeds {
  readonly stores: boolean;
  /** Import methods. */
  readonly imports: boolean;
}

/** What has to be known of a region before any of these definitions can be planned. Pure. */
export function regionNeedsOf(definitions: readonly Definition[]): RegionNeeds {
  return {
    stores: definitions.some(({ arguments: { stores } }) => stores !== undefined),
    imports: definitions.some((definition) => sourceOf(definition).kind === 'cloud'),
  };
}

/** What has to be known of one definition in one region beside its situation, before it can be decided. */
export interface Needs {
  /** Ids of the images whose members matter. */
  readonly members: readonly string[];
  /** Algorithms: digests that only reading the source file gives. */
  readonly digests: readonly string[];
  /** Whether the formats that the cloud takes matter. */
  readonly formats: boolean;
}

/** What else has to be known before `planImage` can decide. Pure. */
export function needsOf(situation: Situation): Needs {
  const soFar = decide({ ...situation, members: NO_MEMBERS });
  return {
    members: membersNeeded(situation, soFar),
    digests: digestsNeeded(situation, soFar),
    formats: SENDS.has(soFar.action),
  };
}

/**
 * The image that is meant, where the definition speaks of members, or did, or where the image may be replaced; and the
 * images that it replaced and that still wait for their members.
 */
function membersNeeded({ definition, candidates }: Situation, { live, bytes, action }: Decision): readonly string[] {
  if (live?.visibility !== 'shared') return [];
  const waiting = predecessorsAtHand(live, candidates).filter(({ visibility }) => visibility === 'shared');
  // The digests of a local file may still be unknown here, and then show that it has other bytes.
  const mayBeReplaced = action === 'replace' || bytes === 'different' || bytes === 'unknown';
  const matter = mayBeReplaced || waiting.length > 0 || needsMembers(definition.arguments, live, readMarks(live));
  return matter ? [live, ...waiting].map(({ id }) => id) : [];
}

/** None where something else tells whether the bytes differ: reading a file takes long. */
function digestsNeeded({ source }: Situation, { live, bytes }: Decision): readonly string[] {
  if (bytes !== 'unknown' || source.kind !== 'file') return [];
  const { digests = {} } = source.facts;
  const ofCloud = live?.os_hash_algo ?? undefined;
  const wanted = new Set<string>([...USUAL_DIGESTS, ...(ofCloud === undefined ? [] : [ofCloud])]);
  return [...wanted].every((algorithm) => digests[algorithm] !== undefined) ? [] : [...wanted];
}
