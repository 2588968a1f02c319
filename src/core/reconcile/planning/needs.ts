import type { Definition } from '../../definition/definition.ts';
import { sourceOf } from '../../definition/source.ts';
import { readMarks } from '../ownership/marks.ts';
import { USUAL_DIGESTS } from '../../source/source-reader.ts';
import { decide, type Decision } from './decision.ts';
import type { Situation } from './plan-input.ts';
import { waitingPredecessors } from './sharing/awaited-members.ts';
import { needsMembers, NO_MEMBERS } from './sharing/members.ts';
import { SENDS } from '../model/plan.ts';

/** What to ask a region for, beside its images, before it can be planned for. */
export interface RegionNeeds {
  readonly stores: boolean;
  /** Import methods. */
  readonly imports: boolean;
}

/** What these definitions need to know of their region. Pure. */
export function regionNeedsOf(definitions: readonly Definition[]): RegionNeeds {
  return {
    stores: definitions.some(({ arguments: { stores } }) => stores !== undefined),
    imports: definitions.some((definition) => sourceOf(definition).kind === 'cloud'),
  };
}

/** What else to find out before one definition in one region can be decided. */
export interface Needs {
  /** Ids of the images whose members matter. */
  readonly members: readonly string[];
  /** Algorithms: digests that only reading the source file gives. */
  readonly digests: readonly string[];
  /** Whether the formats that the cloud takes matter. */
  readonly formats: boolean;
}

/** What else `planImage` needs to know. Pure. */
export function needsOf(situation: Situation): Needs {
  const soFar = decide({ ...situation, members: NO_MEMBERS });
  return {
    members: membersNeeded(situation, soFar),
    digests: digestsNeeded(situation, soFar),
    formats: SENDS.has(soFar.action),
  };
}

/**
 * Members matter if the definition has some or had some, if the image may be replaced, or if an image that it replaced still
 * waits for its members.
 */
function membersNeeded({ definition, candidates }: Situation, { live, bytes, action }: Decision): readonly string[] {
  if (live?.visibility !== 'shared') return [];
  const waiting = waitingPredecessors(live, candidates).filter(({ visibility }) => visibility === 'shared');
  // The digests of a local file may be unknown so far, and may show that its bytes differ.
  const mayBeReplaced = action === 'replace' || bytes === 'different' || bytes === 'unknown';
  const matter = mayBeReplaced || waiting.length > 0 || needsMembers(definition.arguments, live, readMarks(live));
  return matter ? [live, ...waiting].map(({ id }) => id) : [];
}

/** Reading a file takes long: no digests are needed if something else tells whether the bytes differ. */
function digestsNeeded({ source }: Situation, { live, bytes }: Decision): readonly string[] {
  if (bytes !== 'unknown' || source.kind !== 'file') return [];
  const { digests = {} } = source.facts;
  const ofCloud = live?.os_hash_algo ?? undefined;
  const wanted = new Set<string>([...USUAL_DIGESTS, ...(ofCloud === undefined ? [] : [ofCloud])]);
  return [...wanted].every((algorithm) => digests[algorithm] !== undefined) ? [] : [...wanted];
}

/** Disk formats that nearly every Glance takes in a `bare` container. */
const USUAL: ReadonlySet<string> = new Set(['raw', 'qcow2']);

/**
 * Whether a region need not be asked which formats it takes: because an image of the project has those of the definition, or
 * because they are the usual ones and nothing is downloaded before Glance can refuse them. It does so as it is asked for
 * the image, before a byte is sent.
 */
export function takesFormats({
  definition,
  candidates,
  source,
}: Pick<Situation, 'definition' | 'candidates' | 'source'>): boolean {
  const { disk_format: disk, container_format: container } = definition.arguments;
  const isTaken = candidates.some((image) => image.disk_format === disk && image.container_format === container);
  return isTaken || (source.kind === 'file' && container === 'bare' && USUAL.has(disk));
}
