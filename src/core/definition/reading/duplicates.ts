import type { Problem } from '../../problem.ts';
import { definitionKey, type Definition, type DefinitionFile } from '../definition.ts';
import { LineIndex } from '../text/line-index.ts';

/**
 * Definitions of different files that mean the same image in the same place: by file, a problem at each of them. Places are
 * compared as they are written, so that a region that is named here and is the default there is left to the plan.
 * What one file says twice is found when it is parsed.
 */
export function findDuplicates(files: readonly DefinitionFile[]): Map<string, Problem[]> {
  const unique = new Map(files.map((file) => [file.file, file]));
  const pairs = findPairs([...unique.values()].flatMap(({ definitions }) => definitions));
  const problems = new Map<string, Problem[]>();
  const lines = new Map<string, LineIndex>();
  for (const [definition, other] of pairs) {
    const text = unique.get(definition.file)?.text ?? '';
    const index = lines.get(definition.file) ?? new LineIndex(text);
    lines.set(definition.file, index);
    const found = problems.get(definition.file) ?? [];
    found.push(duplicate(definition, other, index));
    problems.set(definition.file, found);
  }
  return problems;
}

/** The same within one file: by definition, the problem of each that is not the only one. */
export function duplicatesWithin(
  definitions: readonly Definition[],
  lines: LineIndex,
): ReadonlyMap<Definition, Problem> {
  const pairs = findPairs(definitions);
  return new Map([...pairs].map(([definition, other]) => [definition, duplicate(definition, other, lines)]));
}

/**
 * The same among definitions whose places turned out to be one, however they are written: by definition, what is wrong with
 * each that is not the only one.
 */
export function duplicatesInPlace(definitions: readonly Definition[]): ReadonlyMap<Definition, string> {
  const pairs = findPairs(definitions, identities);
  return new Map([...pairs].map(([definition, other]) => [definition, duplicateText(definition, other)]));
}

/** Each definition that is not the only one with its claim, and another one with it. */
function findPairs(
  definitions: readonly Definition[],
  claimsOf: (definition: Definition) => readonly string[] = claims,
): ReadonlyMap<Definition, Definition> {
  const first = new Map<string, Definition>();
  const pairs = new Map<Definition, Definition>();
  for (const definition of definitions) {
    for (const claim of claimsOf(definition)) {
      const other = first.get(claim);
      if (other === undefined) first.set(claim, definition);
      if (other === undefined || other === definition) continue;
      if (!pairs.has(other)) pairs.set(other, definition);
      if (!pairs.has(definition)) pairs.set(definition, other);
    }
  }
  return pairs;
}

/** What a definition means: its key, and the very image that it names, in each of its places. */
function claims(definition: Definition): string[] {
  const { cloud, region, regions } = definition.arguments;
  return (regions ?? [region]).flatMap((place) =>
    identities(definition).map((identity) => joined([cloud, place, identity])),
  );
}

function identities(definition: Definition): string[] {
  const { image_id: imageId } = definition.arguments;
  return [
    joined(['key', definitionKey(definition)]),
    ...(imageId === undefined ? [] : [joined(['id', imageId.toLowerCase()])]),
  ];
}

/** Texts as one, with their lengths, so that no others give the same. */
function joined(parts: readonly (string | undefined)[]): string {
  return parts.map((part) => (part === undefined ? '-' : `${part.length}:${part}`)).join('');
}

function duplicate(definition: Definition, other: Definition, lines: LineIndex): Problem {
  const { key, image_id: imageId } = definition.arguments;
  const argument = key !== undefined ? 'key' : imageId !== undefined ? 'image_id' : 'name';
  const message = duplicateText(definition, other);
  const range = definition.places.get(argument)?.value ?? definition.range;
  return { severity: 'error', code: 'duplicate-definition', message, ...lines.place(range) };
}

function duplicateText(definition: Definition, other: Definition): string {
  const where =
    other.file === definition.file ? `The definition on line ${other.line}` : `${other.file}, line ${other.line},`;
  return `${where} means the same image (${JSON.stringify(definitionKey(definition))}) in the same place. Remove one of the two, or give one its own "key".`;
}
