import type { Definition } from '../core/definition/definition.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import { showFileProblems } from './commands/show-plans.ts';
import { readDefinitionFiles } from './definition-files.ts';
import type { CommonOptions, CommandDeps } from './command-deps.ts';

/**
 * Reads the definitions of a command and prints the problems of their files; `undefined` if one has an error.
 * Skips definitions of another cloud than `--cloud`. Throws `cloud-not-used` if none remains, and what reading throws.
 */
export async function chosenDefinitions(
  names: readonly string[],
  { cloud }: CommonOptions,
  { terminal, folder }: Pick<CommandDeps, 'terminal' | 'folder'>,
): Promise<readonly Definition[] | undefined> {
  const files = await readDefinitionFiles(names, folder);
  if (showFileProblems(files, terminal, folder)) return undefined;
  const all = files.flatMap(({ definitions }) => definitions);
  const chosen = all.filter(
    ({ arguments: { cloud: named } }) => cloud === undefined || named === undefined || named === cloud,
  );
  if (chosen.length === 0 && all.length > 0 && cloud !== undefined) {
    throw new Failure('cloud-not-used', `No definition uses cloud "${cloud}".`, {
      next: 'Check --cloud, or omit it.',
    });
  }
  const left = all.length - chosen.length;
  if (left > 0) {
    const what =
      left === 1 ? '1 definition names another cloud and was' : `${left} definitions name other clouds and were`;
    terminal.problem(`${what} left out.`, 'yellow');
  }
  return chosen;
}

/** Throws `region-not-used` if no plan is for a region of `--region`: a typo must not look like success. */
export function checkRegions(
  plans: readonly Pick<Plan, 'place' | 'cloudChosenBy'>[],
  { region = [] }: CommonOptions,
): void {
  // Without a cloud no region is known either; the plan says so.
  if (plans.some(({ cloudChosenBy }) => cloudChosenBy === '')) return;
  const unused = region.find((name) => plans.every(({ place }) => place.region !== name));
  if (unused === undefined) return;
  throw new Failure('region-not-used', `No definition uses region "${unused}".`, {
    next: 'Check --region, or omit it.',
  });
}
