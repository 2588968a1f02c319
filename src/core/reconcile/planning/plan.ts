import type { ErrorCode } from '../../error-codes.ts';
import { definitionKey, type Definition, type DefinitionArguments } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import { compareBytes } from '../sources/bytes.ts';
import { compare, unmanagedProperties } from './compare.ts';
import { desiredImage, ownedBy } from './desired.ts';
import { fingerprint } from '../ownership/fingerprint.ts';
import { identify, type Identity, type Staged } from '../ownership/identity.ts';
import type { Marks } from '../ownership/marks.ts';
import {
  ambiguousProblem,
  busyText,
  formatProblems,
  ownerProblems,
  publicProblems,
  quotaProblems,
  sourceProblems,
  unmarkedProblem,
} from './problems/plan-problems.ts';
import { leftoverProblems, planStaged } from './plan-staged.ts';
import { predecessorProblems } from './predecessor.ts';
import { problemAt } from '../../definition/problem-at.ts';
import { refusedMarksProblem, unmarkedReplacement } from '../ownership/refused-marks.ts';
import { awaitedOf, awaitingProblems } from './sharing/awaited-members.ts';
import { sharingChanges, sharingOfPlan, sharingProblems, unmanagedSharing } from './sharing/sharing.ts';
import { lostWithBytes, successorArguments } from './successor.ts';
import { bytesToSend, dataChange, hasBytes, originMoved } from '../sources/source-finding.ts';
import { isStoreChange } from './sharing/stores.ts';
import { webDownloadProblems } from './web-download.ts';
import type { BytesComparison, Change, Plan } from '../model/plan.ts';
import { SENDS, type Action } from '../model/action.ts';
import type { PlanInput } from './plan-input.ts';

/** What the core of the decision comes to, before it is dressed as a plan. */
interface Decision {
  readonly action: Action;
  readonly live?: LiveImage;
  readonly imageId?: string;
  readonly changes?: readonly Change[];
  readonly bytes?: BytesComparison;
  readonly problems?: readonly Problem[];
  readonly unmanaged?: readonly string[];
  readonly successor?: DefinitionArguments;
}

/** Decides what an apply would do to one definition in one region. Pure: the same input gives the same plan. */
export function planImage(input: PlanInput): Plan {
  const identity = identify(input.definition, input.candidates, input.project, input.adopt);
  const decision = decide(input, identity);
  const refused = input.refusesMarks ? [refusedMarksProblem(input.definition)] : [];
  const problems = [
    ...sourceProblems(input, SENDS.has(decision.action)),
    ...(SENDS.has(decision.action) ? formatProblems(input) : []),
    ...sharingProblems(input),
    ...webDownloadProblems(input, SENDS.has(decision.action)),
    ...(decision.action === 'replace' ? ownerProblems(input) : []),
    ...refused,
    ...publicProblems(input, decision.changes ?? []),
    ...(decision.problems ?? []),
  ];
  const blocked = problems.some((problem) => problem.severity === 'error');
  const action = blocked ? 'blocked' : decision.action;
  const sends = SENDS.has(action);
  const { stores, facts } = sharingOfPlan(input, decision.live);
  return {
    id: input.id,
    definition: input.definition,
    place: input.place,
    cloudChosenBy: input.cloudChosenBy,
    action,
    ...(decision.imageId === undefined ? {} : { imageId: decision.imageId }),
    ...(decision.live === undefined ? {} : { live: decision.live }),
    changes: decision.changes ?? [],
    bytes: decision.bytes ?? 'none',
    bytesToSend: sends ? bytesToSend(input.source) : 0,
    ...(input.source.kind === 'file' ? { source: input.source.facts } : {}),
    ...(input.source.kind === 'remote' ? { remote: input.source.facts } : {}),
    problems,
    fingerprint: fingerprint(decision.live, facts),
    unmanaged: decision.unmanaged ?? [],
    ...(decision.successor === undefined || action !== 'replace' ? {} : { successor: decision.successor }),
    ...(stores === undefined ? {} : { stores }),
  };
}

function decide(input: PlanInput, identity: Identity): Decision {
  switch (identity.kind) {
    case 'image':
      return decideForImage(input, identity);
    case 'none':
      return decideCreate(input);
    case 'staged':
      return decideStaged(input, identity);
    case 'unmarked':
      return { ...identified(identity.image), action: 'blocked', problems: [unmarkedProblem(input, identity.image)] };
    case 'foreign':
      return blocked(
        input,
        identity.image,
        'foreign-image',
        `The image ${identity.image.id} belongs to another project (${identity.image.owner ?? 'unknown'}). Images of other projects are never changed; remove "image_id" to create one of your own.`,
        'image_id',
      );
    case 'ambiguous':
      return { action: 'blocked', problems: [ambiguousProblem(input, identity.images)] };
  }
}

function identified(live: LiveImage): Pick<Decision, 'live' | 'imageId'> {
  return { live, imageId: live.id };
}

function decideCreate(input: PlanInput): Decision {
  const { definition, source } = input;
  const withoutOwner = ownerProblems(input);
  if (withoutOwner.length > 0) return { action: 'blocked', problems: withoutOwner };
  if (source.kind === 'none') {
    const text = `There is no image "${definition.arguments.name}" in this region and the definition names no source to create it from. Add "local_file_path", or "image_id" of an existing image.`;
    return { action: 'blocked', problems: [problemAt(definition, 'error', 'source-required', text, 'name')] };
  }
  return {
    action: 'create',
    changes: [...creation(definition), ...sharingChanges(input, undefined, undefined)],
    bytes: 'different',
    problems: quotaProblems(input, undefined),
  };
}

/** Every value of a new image, as changes from nothing. */
function creation(definition: Definition): readonly Change[] {
  const { properties, ...attributes } = desiredImage(definition.arguments);
  const argumentOf: Record<string, string> = { min_disk: 'min_disk_gb', min_ram: 'min_ram_mb', os_hidden: 'hidden' };
  const change = (path: string, after: Change['after']): Change => ({
    path,
    before: undefined,
    after,
    forcesReplacement: false,
    why: 'new image',
  });
  return [
    ...Object.entries(attributes).map(([name, value]) => change(argumentOf[name] ?? name, value)),
    ...Object.entries(properties).map(([name, value]) => change(`properties/${name}`, value)),
  ];
}

/** An apply was cut before it published: this one goes on, unless the other may still be at work. */
function decideStaged(input: PlanInput, staged: Staged): Decision {
  const { verdict, problem } = planStaged(input, staged);
  const create = decideCreate(input);
  if (problem.severity === 'error') return { ...identified(staged.image), action: 'blocked', problems: [problem] };
  if (create.action === 'blocked') return { ...identified(staged.image), ...create };
  return {
    ...create,
    ...(verdict === 'restart' ? {} : { imageId: staged.image.id }),
    problems: [...(create.problems ?? []), problem],
  };
}

function decideForImage(
  input: PlanInput,
  { image: live, marks, staged }: Extract<Identity, { kind: 'image' }>,
): Decision {
  const busy = busyText(live);
  if (busy !== undefined) return blocked(input, live, 'image-busy', busy);
  const { definition, source } = input;
  const common = {
    live,
    imageId: live.id,
    unmanaged: [...unmanagedProperties(definition.arguments, live, marks), ...unmanagedSharing(input, live, marks)],
    problems: [...quotaProblems(input, live), ...awaitingProblems(input, live)],
  };
  const changes = [...compare(definition.arguments, live, marks), ...sharingChanges(input, live, marks)];
  if (live.status === 'queued' && hasBytes(source)) {
    return {
      ...common,
      action: 'upload',
      bytes: 'different',
      changes: [...changes, dataChange(live, source.facts, false)],
    };
  }
  const compares = definition.arguments.verify_checksum !== false && hasBytes(source) && live.status !== 'queued';
  const bytes = compares ? compareBytes(source.facts, live, marks) : 'none';
  const all = [
    ...changes,
    ...(hasBytes(source) && (bytes === 'different' || (bytes === 'unknown' && source.kind === 'remote'))
      ? [dataChange(live, source.facts, true, bytes)]
      : []),
    ...(input.refusesMarks && bytes === 'same' ? leftHidden(definition, live) : []),
  ];
  if (all.some((change) => change.forcesReplacement)) {
    // A new image gets its stores from the beginning, and the old one keeps its own; unless it stays, its bytes being the same.
    const mayStay = bytes === 'unknown' && all.every((change) => change.path === 'data' || !change.forcesReplacement);
    const changesOfNew = mayStay ? all : all.filter((change) => !isStoreChange(change));
    const lost = lostWithBytes(definition.arguments, live, marks);
    const members = input.sharing.members.get(live.id) ?? [];
    const successor = successorArguments(definition.arguments, live, marks, members);
    return decideReplace(input, { ...common, changes: [...changesOfNew, ...lost], bytes, successor }, staged);
  }
  const problems = [...common.problems, ...leftoverProblems(input, staged)];
  if (all.length > 0) return { ...common, action: 'update', changes: all, bytes, problems };
  return { ...common, problems, action: marksMissing(input, live, marks, bytes) ? 'adopt' : 'none', bytes };
}

/** Without marks, nothing else tells that an apply was cut before it published. */
function leftHidden({ arguments: { hidden } }: Definition, live: LiveImage): readonly Change[] {
  if (hidden !== undefined || !live.os_hidden) return [];
  const why = 'an apply was cut before it published';
  return [{ path: 'hidden', before: true, after: false, forcesReplacement: false, why }];
}

function decideReplace(input: PlanInput, decision: Omit<Decision, 'action'>, staged: Staged | undefined): Decision {
  if (input.refusesMarks) {
    const refused = unmarkedReplacement(input.definition);
    return { ...decision, action: 'blocked', problems: [...(decision.problems ?? []), refused] };
  }
  if (hasBytes(input.source)) {
    const predecessor = decision.live === undefined ? [] : predecessorProblems(input.definition, decision.live);
    const resumed = staged === undefined ? [] : [planStaged(input, staged).problem];
    return { ...decision, action: 'replace', problems: [...(decision.problems ?? []), ...predecessor, ...resumed] };
  }
  const forcing = (decision.changes ?? [])
    .filter((change) => change.forcesReplacement)
    .map((change) => `"${change.path}"`);
  const text = `${forcing.join(' and ')} can't be changed on an image that has data, and the definition names no source for a new one. Add "local_file_path", or take the live value.`;
  const [first] = (decision.changes ?? []).filter((change) => change.forcesReplacement);
  return {
    ...decision,
    action: 'blocked',
    problems: [
      ...(decision.problems ?? []),
      problemAt(input.definition, 'error', 'replace-without-source', text, first?.path ?? 'name'),
    ],
  };
}

/** Whether what the image remembers differs from what it should. */
function marksMissing(input: PlanInput, live: LiveImage, marks: Marks | undefined, bytes: BytesComparison): boolean {
  if (input.refusesMarks) return false;
  if (marks?.key !== definitionKey(input.definition)) return true;
  if (marks.state !== undefined && awaitedOf(input, live).length === 0) return true;
  if (bytes === 'same' && (marks.sent === undefined || marks.stored === undefined)) return true;
  if (bytes === 'same' && hasBytes(input.source) && originMoved(marks.sent, input.source.facts)) return true;
  return JSON.stringify([...marks.owns].sort()) !== JSON.stringify(ownedBy(input.definition.arguments));
}

function blocked(input: PlanInput, live: LiveImage, code: ErrorCode, text: string, argument = 'name'): Decision {
  return {
    ...identified(live),
    action: 'blocked',
    problems: [problemAt(input.definition, 'error', code, text, argument)],
  };
}
