import { closest } from '../../../definition/reading/closest.ts';
import { definitionKey } from '../../../definition/definition.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { copyProgress } from '../../../glance/stores.ts';
import type { Problem, ProblemFix } from '../../../problem.ts';
import { inspectionProblems, type InspectedSource } from './inspection-problems.ts';
import { MARK_PREFIX, readMarks } from '../../ownership/marks.ts';
import { problemAt, problemAtSource } from '../../../definition/problem-at.ts';
import type { Change } from '../../model/plan.ts';
import type { PlanInput } from '../plan-input.ts';
import type { RemoteFacts, SourceFacts } from '../../../source/source-facts.ts';

/** Glance's default `image_property_quota`. */
const PROPERTY_QUOTA = 128;
/** `self`, `key`, `owns`, `sent`, `stored`, `state`, `replaced_by`. */
const MARKS_AT_MOST = 7;

/** Why an image can't be changed now; `undefined` if it can. */
export function busyText(live: LiveImage): string | undefined {
  switch (live.status) {
    case 'saving':
    case 'uploading':
    case 'importing':
      return `The image ${live.id} is "${live.status}": an upload to it is running or was interrupted. Wait until it is active. If nothing is using it, delete it and apply again.`;
    case 'queued':
      return copyProgress(live).running
        ? `Glance is fetching the data of the image ${live.id} for somebody else. Wait until it is active, or delete it and apply again.`
        : undefined;
    case 'active':
    case 'deactivated':
      return undefined;
    default:
      return `The image ${live.id} is "${live.status}" and can't be changed. Delete it and apply again.`;
  }
}

/** What is wrong with the source; `sends`: whether the plan would send it. */
export function sourceProblems({ definition, source }: PlanInput, sends: boolean): readonly Problem[] {
  if (source.kind === 'problem') return [source.problem];
  const known = source.kind === 'none' ? [] : (source.problems ?? []);
  if (source.kind === 'file' && source.facts.size === 0) {
    return [problemAtSource(definition, 'error', 'source-empty', `The file "${source.facts.path}" is empty.`)];
  }
  const inspected = source.kind === 'none' ? undefined : inspectedOf(source.facts);
  return inspected === undefined ? known : [...known, ...inspectionProblems(definition, inspected, sends)];
}

function inspectedOf(facts: SourceFacts | RemoteFacts): InspectedSource | undefined {
  const { inspection } = facts;
  const name = facts.name ?? ('path' in facts ? facts.path : undefined);
  return inspection === undefined || name === undefined ? undefined : { name, inspection };
}

/** Formats that the cloud does not accept, with the nearest that it does as a fix. */
export function formatProblems({ definition, formats }: PlanInput): readonly Problem[] {
  if (formats === undefined) return [];
  const check = (argument: 'disk_format' | 'container_format', offered: readonly string[]): readonly Problem[] => {
    const value = definition.arguments[argument];
    if (offered.length === 0 || offered.includes(value)) return [];
    const text = `This cloud does not accept ${argument} "${value}". It offers: ${offered.join(', ')}.`;
    const near = closest(value, offered);
    const problem = problemAt(definition, 'error', 'format-not-offered', text, argument);
    return [near === undefined ? problem : { ...problem, fixes: [{ kind: 'set-argument', argument, value: near }] }];
  };
  return [...check('disk_format', formats.disk), ...check('container_format', formats.container)];
}

/** Why a login without a project can't make an image: nobody would own it, or nobody could find it again. */
export function ownerProblems({ definition, project, ownerless }: PlanInput): readonly Problem[] {
  if (project !== undefined) return [];
  const problem = (text: string): readonly Problem[] => [problemAt(definition, 'error', 'project-required', text)];
  if (ownerless === true)
    return problem(
      'This login has no project. Glance would create an image without an owner that everybody sees. Log in with a project ("project_id" or "project_name" of the cloud).',
    );
  if (definition.arguments.image_id !== undefined) return [];
  return problem(
    'This login has no project, so only "image_id" can identify an image. Add it, or log in with a project.',
  );
}

/** Warns that only an administrator can make an image public: Glance's default policy, which an operator can change. */
export function publicProblems({ definition, roles }: PlanInput, changes: readonly Change[]): readonly Problem[] {
  if (!changes.some(({ path, after }) => path === 'visibility' && after === 'public')) return [];
  if (roles === undefined || roles.includes('admin')) return [];
  const text =
    'Most clouds let only administrators make an image public, and this login is not one. Glance may refuse it before any data is sent.';
  return [problemAt(definition, 'warning', 'public-needs-right', text, 'visibility')];
}

/** Warns of more properties than Glance takes by default, the marks counted. */
export function quotaProblems({ definition }: PlanInput, live: LiveImage | undefined): readonly Problem[] {
  // For a new image, the definition was already checked when it was read.
  if (live === undefined) return [];
  const names = new Set(Object.keys(live.properties).filter((name) => !name.startsWith(MARK_PREFIX)));
  for (const [name, value] of Object.entries(definition.arguments.properties ?? {})) {
    if (value === null) names.delete(name);
    else names.add(name);
  }
  if (names.size + MARKS_AT_MOST <= PROPERTY_QUOTA) return [];
  const text = `The image would have ${names.size} properties; Glance allows ${PROPERTY_QUOTA} by default, and Glance Images needs ${MARKS_AT_MOST} for its state. The cloud may refuse them.`;
  return [problemAt(definition, 'warning', 'property-quota', text, 'properties')];
}

/** Why an image of the same name is not simply taken. */
export function unmarkedProblem({ definition }: PlanInput, { id }: LiveImage): Problem {
  const text = `An image named "${definition.arguments.name}" already exists (${id}) and is not managed by Glance Images. Adopt it ("image_id": "${id}", or apply with --adopt), or give the definition another name.`;
  return { ...problemAt(definition, 'error', 'unmarked-image', text), fixes: [pin(id)] };
}

/** Why it is not clear which image is meant. */
export function ambiguousProblem({ definition }: PlanInput, images: readonly LiveImage[]): Problem {
  const ids = images.map((image) => `${image.id}${readMarks(image) === undefined ? '' : ' (marked)'}`).join(', ');
  const text = `${images.length} images match "${definitionKey(definition)}": ${ids}. Choose one with "image_id".`;
  return { ...problemAt(definition, 'error', 'ambiguous-image', text), fixes: images.map(({ id }) => pin(id)) };
}

function pin(id: string): ProblemFix {
  return { kind: 'set-argument', argument: 'image_id', value: id };
}
