import { definitionKey, type Definition } from '../core/definition/definition.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import { showFileProblems } from './commands/show-plans.ts';
import { readDefinitionFiles } from './definition-files.ts';
import type { CommonOptions, CommandDeps } from './command-deps.ts';

/**
 * Reads the definitions of a command and prints the problems of their files; `undefined` if one has an error.
 * Skips definitions of another key than `--key` and of another cloud than `--cloud`. Throws `key-not-used`, `cloud-not-used`
 * if none remains, and what reading throws.
 */
export async function chosenDefinitions(
  names: readonly string[],
  { cloud, key }: CommonOptions,
  { terminal, folder }: Pick<CommandDeps, 'terminal' | 'folder'>,
): Promise<readonly Definition[] | undefined> {
  const files = await readDefinitionFiles(names, folder);
  if (showFileProblems(files, terminal, folder)) return undefined;
  const all = withKeys(
    files.flatMap(({ definitions }) => definitions),
    key,
  );
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

/** Throws `key-not-used` for a key that no definition has: a typo must not look like success. */
function withKeys(definitions: readonly Definition[], keys: readonly string[] | undefined): readonly Definition[] {
  if (keys === undefined) return definitions;
  const unused = keys.find((key) => definitions.every((definition) => definitionKey(definition) !== key));
  if (unused === undefined) return definitions.filter((definition) => keys.includes(definitionKey(definition)));
  throw new Failure('key-not-used', `No definition has the key "${unused}".`, {
    next: 'Check --key: it takes a definition\'s "key", or its "image_id" or name where it has no key.',
  });
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
