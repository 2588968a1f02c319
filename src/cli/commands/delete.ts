import { onlyIdentity } from '../../core/definition/definition.ts';
import { isAbort, toFailure, type Failure } from '../../core/failure.ts';
import { type LiveImage, isImageId } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { LOOK_COUNTS_FOR } from '../../core/reconcile/applying/look-again.ts';
import { confirmed } from '../../core/reconcile/applying/change-image.ts';
import { nameInPlace, placedProblem } from '../../core/reconcile/words/describe.ts';
import { errorReport, FORMAT_VERSION } from '../../core/reconcile/words/report.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { checkRegions, chosenDefinitions } from '../chosen-definitions.ts';
import { showCloudProblems } from '../cloud-problems.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import { chosenPlaces, findImage, type FoundImage } from './places.ts';
import { showProblem } from './show-plans.ts';

/** From this many images on, each is deleted as the listing showed it. */
const MANY = 5;

/** How the deletion of one image ended. */
interface Deletion extends FoundImage {
  readonly status: 'deleted' | 'failed' | 'declined' | 'cancelled';
  readonly failure?: Failure;
}

/** `delete ID…` or `FILE…`: lists the images and asks before it deletes any. */
export async function deleteImages(
  names: readonly string[],
  options: CommonOptions & { readonly autoApprove?: boolean },
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal } = deps;
  const before = performance.now();
  const doomed = await chosen(names, options, deps);
  if (doomed === undefined) return EXIT.failed;
  for (const each of doomed) terminal.line(`delete: ${inWords(each)}`, 'red');
  if (doomed.length === 0) terminal.line('Nothing to delete.');
  const agreed = doomed.length === 0 || (await agree(doomed, options.autoApprove === true, deps));
  // Nobody was asked meanwhile: one look at many images serves them all.
  const lookedAt = options.autoApprove === true && doomed.length >= MANY ? before : undefined;
  const deletions = agreed
    ? await carryOut(doomed, lookedAt, deps)
    : doomed.map((each): Deletion => ({ ...each, status: 'declined' }));
  if (options.json === true)
    terminal.document({ format_version: FORMAT_VERSION, results: deletions.map(deletionReport) });
  if (deletions.some(({ status }) => status === 'cancelled')) return EXIT.cancelled;
  return deletions.every(({ status }) => status === 'deleted') ? EXIT.done : EXIT.failed;
}

async function agree(
  doomed: readonly FoundImage[],
  autoApprove: boolean,
  { terminal, questions }: CommandDeps,
): Promise<boolean> {
  if (autoApprove) return true;
  if (questions === undefined) {
    terminal.problem('There is no terminal to ask in. Use --auto-approve to delete these images.', 'red');
    return false;
  }
  const which = doomed.length === 1 ? 'this image' : `these ${doomed.length} images`;
  const yes = await questions.yes(`Permanently delete ${which}?`);
  if (!yes) terminal.line('Nothing was deleted.');
  return yes;
}

/**
 * One at a time, so that it is clear after a cancellation which are deleted.
 *
 * @param lookedAt when the images were looked at; absent if each has to be looked at again
 */
async function carryOut(
  doomed: readonly FoundImage[],
  lookedAt: number | undefined,
  deps: CommandDeps,
): Promise<readonly Deletion[]> {
  const deletions: Deletion[] = [];
  for (const each of doomed) {
    const isSeen = lookedAt !== undefined && performance.now() - lookedAt < LOOK_COUNTS_FOR;
    deletions.push(await deleteOne(each, isSeen, deps));
  }
  return deletions;
}

async function deleteOne(
  found: FoundImage,
  isSeen: boolean,
  { terminal, engine, signal }: CommandDeps,
): Promise<Deletion> {
  if (signal.aborted) {
    terminal.problem(`cancelled: ${inWords(found)} was not deleted`, 'yellow');
    return { ...found, status: 'cancelled' };
  }
  try {
    const { place, image } = found;
    if (isSeen) await engine.deleteSeen(place, image, signal);
    else await engine.deleteImage(place, image.id, signal, confirmed(image));
    terminal.line(`deleted: ${inWords(found)}`, 'green');
    return { ...found, status: 'deleted' };
  } catch (error) {
    if (isAbort(error)) {
      terminal.problem(`cancelled: ${inWords(found)} may or may not have been deleted`, 'yellow');
      return { ...found, status: 'cancelled', failure: toFailure(error) };
    }
    const failure = toFailure(error);
    terminal.problem(`failed: ${inWords(found)}: ${failure.explain()} [${failure.code}]`, 'red');
    return { ...found, status: 'failed', failure };
  }
}

async function chosen(
  names: readonly string[],
  options: CommonOptions,
  deps: CommandDeps,
): Promise<readonly FoundImage[] | undefined> {
  const ids = [...new Set(names.filter(isImageId).map((id) => id.toLowerCase()))];
  const files = names.filter((name) => !isImageId(name));
  const byFile = files.length === 0 ? [] : await ofDefinitions(files, options, deps);
  if (byFile === undefined) return undefined;
  const places = ids.length === 0 ? [] : await chosenPlaces(options, deps);
  const byId = await Promise.all(ids.map((id) => findImage(id, places, deps)));
  const all = new Map([...byFile, ...byId].map((each) => [keyOf(each.place, each.image), each]));
  return [...all.values()];
}

/** Reasons that block an apply but not a deletion, because the image is known or there is none. */
const NO_OBSTACLE: ReadonlySet<string> = new Set([
  'source-required',
  'replace-without-source',
  'format-not-offered',
  'access-rules',
]);

/** The images of definitions. If one is uncertain, nothing is deleted. */
async function ofDefinitions(
  names: readonly string[],
  options: CommonOptions,
  deps: CommandDeps,
): Promise<readonly FoundImage[] | undefined> {
  const { terminal, folder, engine, signal } = deps;
  const definitions = await chosenDefinitions(names, options, deps);
  if (definitions === undefined) return undefined;
  // Neither the source nor what else the definition wants of the image matters.
  const plans = await engine.plan(definitions.map(onlyIdentity), { signal });
  await showCloudProblems(
    plans.map(({ place }) => place),
    definitions.map(({ file }) => file),
    deps,
  );
  checkRegions(plans, options);
  const obstacles = plans.flatMap((plan) => obstaclesOf(plan).map((problem) => ({ plan, problem })));
  for (const { plan, problem } of obstacles) {
    const message = plan.live === undefined ? problem.message : `${problem.message} To delete that image, give its id.`;
    showProblem(placedProblem(plan, { ...problem, message }), plan.definition.file, terminal, folder);
  }
  if (obstacles.length > 0) {
    terminal.problem('Nothing was deleted.', 'red');
    return undefined;
  }
  return plans.flatMap(({ place, live }) => (live === undefined ? [] : [{ place, image: live }]));
}

function obstaclesOf(plan: Plan): Plan['problems'] {
  return plan.problems.filter(({ severity, code }) => severity === 'error' && !NO_OBSTACLE.has(code));
}

function inWords({ place, image }: FoundImage): string {
  const status = image.status === 'active' ? '' : ` (${image.status})`;
  return `${nameInPlace(image.name, place)}, image ${image.id}${status}`;
}

function keyOf(place: Place, image: LiveImage): string {
  return JSON.stringify([place.cloud, place.region, place.origin, image.id]);
}

function deletionReport({ place, image, status, failure }: Deletion): object {
  return {
    cloud: place.cloud,
    region: place.region,
    image_id: image.id,
    name: image.name,
    status,
    error: failure === undefined ? null : errorReport(failure),
  };
}
