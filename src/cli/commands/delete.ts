import process from 'node:process';
import { toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import { readDefinitionFiles } from '../definition-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askYes } from '../questions.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { chosenPlaces, findImage } from './places.ts';
import { showFileProblems, showProblem } from './show-plans.ts';

interface Doomed {
  readonly place: Place;
  readonly image: LiveImage;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `delete ID…` or `FILE…`: names every image and asks before it deletes any. */
export async function deleteImages(
  names: readonly string[],
  options: CommonOptions & { readonly autoApprove: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const doomed = await chosen(names, options, surroundings);
  if (doomed === undefined) return EXIT.failed;
  for (const { place, image } of doomed)
    terminal.line(`delete: "${image.name ?? ''}" in ${describePlace(place)}, image ${image.id}`, 'red');
  if (doomed.length === 0) {
    terminal.line('There is nothing to delete.');
    return EXIT.done;
  }
  if (!options.autoApprove && !process.stdin.isTTY) {
    terminal.problem('Nobody can be asked here. Use --auto-approve to delete these images.', 'red');
    return EXIT.failed;
  }
  const count = doomed.length === 1 ? 'this image' : `these ${doomed.length} images`;
  if (!options.autoApprove && !(await askYes(`Delete ${count} for good? Only "yes" is accepted: `, signal)))
    return EXIT.failed;
  return carryOut(doomed, surroundings);
}

async function carryOut(doomed: readonly Doomed[], { terminal, engine, signal }: Surroundings): Promise<ExitCode> {
  let failed = false;
  for (const { place, image } of doomed) {
    try {
      await engine.deleteImage(place, image.id, signal);
      terminal.line(`deleted: "${image.name ?? ''}" in ${describePlace(place)}, image ${image.id}`, 'green');
    } catch (error) {
      failed = true;
      terminal.problem(toFailure(error).explain(), 'red');
    }
  }
  return failed ? EXIT.failed : EXIT.done;
}

async function chosen(
  names: readonly string[],
  options: CommonOptions,
  surroundings: Surroundings,
): Promise<readonly Doomed[] | undefined> {
  const ids = names.filter((name) => UUID.test(name));
  const files = names.filter((name) => !UUID.test(name));
  const places = ids.length === 0 ? [] : await chosenPlaces(options, surroundings);
  const byId = await Promise.all(ids.map((id) => findImage(id, places, surroundings)));
  const byFile = files.length === 0 ? [] : await ofDefinitions(files, surroundings);
  return byFile === undefined ? undefined : [...byId, ...byFile];
}

/** The images that definitions mean. One that is blocked stops everything: it is not certain which image it means. */
async function ofDefinitions(
  names: readonly string[],
  surroundings: Surroundings,
): Promise<readonly Doomed[] | undefined> {
  const { terminal, folder, engine, signal } = surroundings;
  const files = await readDefinitionFiles(names, folder);
  if (showFileProblems(files, terminal, folder)) return undefined;
  // What the source has become does not matter to a deletion.
  const definitions = files
    .flatMap((file) => file.definitions)
    .map((definition) => ({ ...definition, arguments: { ...definition.arguments, verify_checksum: false } }));
  const plans = await engine.plan(definitions, { signal });
  const unsure = plans.filter(({ action, live }) => action === 'blocked' && live === undefined);
  for (const plan of unsure) {
    for (const problem of plan.problems) {
      if (problem.code !== 'source-required') showProblem(problem, plan.definition.file, terminal, folder);
    }
  }
  if (
    unsure.some(({ problems }) => problems.some(({ code }) => code !== 'source-required' && code !== 'source-missing'))
  )
    return undefined;
  return plans.flatMap(({ place, live, problems }) =>
    live === undefined || problems.some(({ code }) => code === 'unmarked-image' || code === 'foreign-image')
      ? []
      : [{ place, image: live }],
  );
}
