import { attributeValues, UPDATABLE, type AttributeValues } from '../../definition/attributes.ts';
import { membersOf, type DefinitionArguments } from '../../definition/definition.ts';

/** Everything that a definition sets on a new image, with the defaults of what it omits. Names are Glance's. */
export interface DesiredImage extends AttributeValues {
  readonly properties: Readonly<Record<string, string>>;
}

/** The image that a definition describes when nothing exists yet. */
export function desiredImage(definition: DefinitionArguments): DesiredImage {
  return {
    ...attributeValues(definition),
    properties: Object.fromEntries(
      Object.entries(definition.properties ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
  };
}

/** What a definition owns of an image: every argument that it writes, every property that it gives a value, every member. */
export function ownedBy(definition: DefinitionArguments): readonly string[] {
  const written = UPDATABLE.map(({ argument }) => argument).filter((argument) => definition[argument] !== undefined);
  const properties = Object.entries(definition.properties ?? {})
    .filter(([, value]) => value !== null)
    .map(([name]) => `properties/${name}`);
  const members = membersOf(definition).map(({ project }) => `members/${project}`);
  const stores = definition.stores === undefined ? [] : ['stores'];
  return [...written, ...properties, ...members, ...stores].sort();
}
