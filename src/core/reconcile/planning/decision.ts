import type { ErrorCode } from '../../error-codes.ts';
import { ATTRIBUTES, desiredImage, ownedBy } from '../../definition/attributes.ts';
import { definitionKey, type Definition, type DefinitionArguments } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import { compareBytes } from '../sources/bytes.ts';
import { compare, unmanagedProperties } from './compare.ts';
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
import { accessProblems } from './problems/access-problems.ts';
import { leftoverProblems, planStaged } from './staged-problems.ts';
import { problemAt } from '../../definition/problem-at.ts';
import { refusedMarksProblem, unmarkedReplacement } from '../ownership/refused-marks.ts';
import { awaitedOf, awaitingProblems } from './sharing/awaited-members.ts';
import { sharingChanges, sharingProblems, unmanagedSharing } from './sharing/sharing.ts';
import { lostWithBytes, staleProperties, successorArguments, predecessorProblems } from './successor.ts';
import { dataChange, hasBytes, originMoved } from '../sources/source-finding.ts';
import { isStoreChange } from './sharing/stores.ts';
import { webDownloadProblems } from './web-download.ts';
import { type BytesComparison, type Change, SENDS, type Action } from '../model/plan.ts';
import type { PlanInput } from './plan-input.ts';

/** What an apply does to one definition in one region, or why it does nothing. */
export interface Decision {
  /** `blocked` if `problems` has an error. */
  readonly action: Action;
  readonly live?: LiveImage;
  readonly imageId?: string;
  /** Id of the image that an earlier apply staged for it. */
  readonly staged?: string;
  readonly changes: readonly Change[];
  readonly bytes: BytesComparison;
  readonly problems: readonly Problem[];
  readonly unmanaged: readonly string[];
  readonly successor?: DefinitionArguments;
}

/** A decision before the problems that concern every action are added. A field that is left out is empty. */
type Draft = Partial<Decision> & Pick<Decision, 'action'>;

/** Decides what an apply does to one definition in one region. Pure: the same input gives the same decision. */
export function decide(input: PlanInput): Decision {
  const draft = draftOf(input, identify(input.definition, input.candidates, input.project, input.adopt));
  const { action, changes = [], bytes = 'none', unmanaged = [] } = draft;
  const sends = SENDS.has(action);
  const problems = [
    ...sourceProblems(input, sends),
    ...(sends ? formatProblems(input) : []),
    ...sharingProblems(input),
    ...webDownloadProblems(input, sends),
    ...(action === 'replace' ? ownerProblems(input) : []),
    ...(input.refusesMarks ? [refusedMarksProblem(input.definition)] : []),
    ...publicProblems(input, changes),
    ...accessProblems(input, action),
    ...(draft.problems ?? []),
  ];
  const blocked = problems.some(({ severity }) => severity === 'error');
  return { ...draft, action: blocked ? 'blocked' : action, changes, bytes, unmanaged, problems };
}

function draftOf(input: PlanInput, identity: Identity): Draft {
  switch (identity.kind) {
    case 'image':
      return draftForImage(input, identity);
    case 'none':
      return draftCreate(input);
    case 'staged':
      return draftStaged(input, identity);
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

function identified(live: LiveImage): Pick<Draft, 'live' | 'imageId'> {
  return { live, imageId: live.id };
}

function draftCreate(input: PlanInput): Draft {
  const { definition, source } = input;
  const withoutOwner = ownerProblems(input);
  if (withoutOwner.length > 0) return { action: 'blocked', problems: withoutOwner };
  if (source.kind === 'none') {
    const text = `There is no image "${definition.arguments.name}" in this region and the definition has no source to create it from. Add "local_file_path", or the "image_id" of an existing image.`;
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
  const change = (path: string, after: Change['after']): Change => ({
    path,
    before: undefined,
    after,
    forcesReplacement: false,
    why: 'new image',
  });
  return [
    ...ATTRIBUTES.map(({ argument, attribute }) => change(argument, attributes[attribute])),
    ...Object.entries(properties).map(([name, value]) => change(`properties/${name}`, value)),
  ];
}

/** An earlier apply was interrupted before it published. This one resumes it, unless it may still be running. */
function draftStaged(input: PlanInput, staged: Staged): Draft {
  const { verdict, problem } = planStaged(input, staged);
  const create = draftCreate(input);
  if (problem.severity === 'error') return { ...identified(staged.image), action: 'blocked', problems: [problem] };
  if (create.action === 'blocked') return { ...identified(staged.image), ...create };
  return {
    ...create,
    ...(verdict === 'restart' ? {} : { imageId: staged.image.id }),
    staged: staged.image.id,
    problems: [...(create.problems ?? []), problem],
  };
}

function draftForImage(input: PlanInput, { image: live, marks, staged }: Extract<Identity, { kind: 'image' }>): Draft {
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
    // A new image gets its stores at once and the old one keeps its own. If the bytes prove equal, the old one stays and changes its stores.
    const mayStay = bytes === 'unknown' && all.every((change) => change.path === 'data' || !change.forcesReplacement);
    const changesOfNew = mayStay ? all : all.filter((change) => !isStoreChange(change));
    const lost = lostWithBytes(definition.arguments, live, marks);
    const members = input.members.byImage.get(live.id) ?? [];
    const successor = successorArguments(definition.arguments, live, marks, members);
    return draftReplace(input, { ...common, changes: [...changesOfNew, ...lost], bytes, successor }, staged);
  }
  const problems = [...common.problems, ...leftoverProblems(input, staged)];
  if (all.length > 0) return { ...common, action: 'update', changes: all, bytes, problems };
  return { ...common, problems, action: marksMissing(input, live, marks, bytes) ? 'adopt' : 'none', bytes };
}

/** Without marks, only this shows that an apply was interrupted before it published. */
function leftHidden({ arguments: { hidden } }: Definition, live: LiveImage): readonly Change[] {
  if (hidden !== undefined || !live.os_hidden) return [];
  const why = 'an apply was interrupted before it published';
  return [{ path: 'hidden', before: true, after: false, forcesReplacement: false, why }];
}

function draftReplace(input: PlanInput, draft: Omit<Draft, 'action'>, staged: Staged | undefined): Draft {
  if (input.refusesMarks) {
    const refused = unmarkedReplacement(input.definition);
    return { ...draft, action: 'blocked', problems: [...(draft.problems ?? []), refused] };
  }
  if (hasBytes(input.source)) {
    const predecessor =
      draft.live === undefined
        ? []
        : [...predecessorProblems(input.definition, draft.live), ...staleProperties(input.definition, draft.live)];
    const resumed = staged === undefined ? [] : [planStaged(input, staged).problem];
    return {
      ...draft,
      action: 'replace',
      ...(staged === undefined ? {} : { staged: staged.image.id }),
      problems: [...(draft.problems ?? []), ...predecessor, ...resumed],
    };
  }
  const forcing = (draft.changes ?? [])
    .filter((change) => change.forcesReplacement)
    .map((change) => `"${change.path}"`);
  const text = `${forcing.join(' and ')} can't be changed on an image that has data, and the definition has no source for a new one. Add "local_file_path", or use the live value.`;
  const [first] = (draft.changes ?? []).filter((change) => change.forcesReplacement);
  return {
    ...draft,
    action: 'blocked',
    problems: [
      ...(draft.problems ?? []),
      problemAt(input.definition, 'error', 'replace-without-source', text, first?.path ?? 'name'),
    ],
  };
}

/** Whether the marks on the image differ from what they should be. */
function marksMissing(input: PlanInput, live: LiveImage, marks: Marks | undefined, bytes: BytesComparison): boolean {
  if (input.refusesMarks) return false;
  if (marks?.key !== definitionKey(input.definition)) return true;
  if (marks.state !== undefined && awaitedOf(input, live).length === 0) return true;
  if (bytes === 'same' && (marks.sent === undefined || marks.stored === undefined)) return true;
  if (bytes === 'same' && hasBytes(input.source) && originMoved(marks.sent, input.source.facts)) return true;
  return JSON.stringify([...marks.owns].sort()) !== JSON.stringify(ownedBy(input.definition.arguments));
}

function blocked(input: PlanInput, live: LiveImage, code: ErrorCode, text: string, argument = 'name'): Draft {
  return {
    ...identified(live),
    action: 'blocked',
    problems: [problemAt(input.definition, 'error', code, text, argument)],
  };
}
