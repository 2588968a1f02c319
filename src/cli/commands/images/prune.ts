import { onlyIdentity } from '../../../core/definition/definition.ts';
import { nameInPlace } from '../../../core/reconcile/words/describe.ts';
import { chosenDefinitions } from '../../chosen-definitions.ts';
import { showCloudProblems } from '../../cloud-problems.ts';
import type { CommandDeps, CommonOptions } from '../../command-deps.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { deleteFound } from '../delete.ts';
import { hasFolder } from '../plan.ts';
import { showPlanProblems } from '../show-plans.ts';

/**
 * `prune FOLDER…`: deletes images that this tool made and that no definition in the folders means, with the ones that they replaced.
 * Lists them and asks first. Deletes nothing if a definition can't be read, or its cloud is not known: it might mean one of them.
 */
export async function prune(
  names: readonly string[],
  options: CommonOptions & { readonly autoApprove?: boolean },
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, folder, engine, signal } = deps;
  if (!hasFolder(names, folder)) {
    terminal.problem(
      'error: prune needs a folder: the images of definitions that it does not read would be pruned.',
      'red',
    );
    return EXIT.usage;
  }
  // Of every cloud: a definition that names another entry of clouds.yaml may mean an image of the same project.
  const definitions = await chosenDefinitions(names, {}, deps);
  if (definitions === undefined) return EXIT.failed;
  const plans = await engine.plan(definitions.map(onlyIdentity), { signal });
  await showCloudProblems(
    plans.map(({ place }) => place),
    definitions.map(({ file }) => file),
    deps,
  );
  const unplaced = plans.filter(({ cloudChosenBy }) => cloudChosenBy === '');
  if (unplaced.length > 0) {
    showPlanProblems(unplaced, terminal, folder);
    terminal.problem('Nothing was deleted.', 'red');
    return EXIT.failed;
  }
  const found = await engine.unclaimed(plans, signal, 'for pruning');
  const here = found.filter(({ place }) => options.cloud === undefined || place.cloud === options.cloud);
  for (const { place, image } of here.filter(({ image: { protected: stays } }) => stays))
    terminal.problem(`kept: ${nameInPlace(image.name, place)}, image ${image.id}, is protected`, 'yellow');
  const doomed = here.filter(({ image: { protected: stays } }) => !stays);
  return deleteFound(doomed, options, deps, undefined);
}
