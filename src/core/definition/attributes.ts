import type { LiveImage } from '../glance/image.ts';
import type { ArgumentName } from './argument.ts';
import { ARGUMENT_TABLE, ARGUMENTS } from './arguments.ts';
import { type DefinitionArguments, membersOf } from './definition.ts';

type Table = typeof ARGUMENT_TABLE;

/** The arguments that are attributes of an image in Glance. */
export type AttributeArgument = {
  [Name in ArgumentName]: Table[Name]['attribute'] extends null ? never : Name;
}[ArgumentName];

/** Glance's name of such an attribute. */
export type AttributeName = Table[AttributeArgument]['attribute'];

/** One argument that is an attribute, with Glance's name and the value of a new image; none where it is required. */
export interface ImageAttribute {
  readonly argument: AttributeArgument;
  readonly attribute: AttributeName;
  readonly fallback: string | number | boolean | readonly string[] | undefined;
}

/** The values that a definition gives the attributes of an image, by Glance's names. */
type AttributeValues = {
  readonly [Name in AttributeArgument as Table[Name]['attribute']]: NonNullable<DefinitionArguments[Name]>;
};

/** In the order in which definitions are written. */
export const ATTRIBUTES: readonly ImageAttribute[] = ARGUMENTS.flatMap(({ name, fallback }) =>
  isAttribute(name) ? [{ argument: name, attribute: ARGUMENT_TABLE[name].attribute, fallback }] : [],
);

/** The attributes that an image with data can have changed in place. */
export const UPDATABLE: readonly ImageAttribute[] = ATTRIBUTES.filter(
  ({ argument }) => ARGUMENT_TABLE[argument].whenChanged === 'update',
);

/** Whether an argument is an attribute of the image, and so can be compared with a live one. */
export function isAttribute(argument: string): argument is AttributeArgument {
  return ARGUMENTS.some(({ name, attribute }) => name === argument && attribute !== null);
}

/** The value of an argument on a live image; `undefined` for an argument that is not an attribute. */
export function liveArgument(image: LiveImage, argument: string): LiveImage[AttributeName] | undefined {
  return isAttribute(argument) ? image[ARGUMENT_TABLE[argument].attribute] : undefined;
}

/** The attributes of the image that a definition describes, with defaults for what it omits. */
function attributeValues(definition: DefinitionArguments): AttributeValues {
  const values = ATTRIBUTES.map(({ argument, attribute, fallback }) => {
    const value = definition[argument] ?? fallback;
    // Glance's lists are sets.
    return [attribute, Array.isArray(value) ? [...new Set(value)] : value] as const;
  });
  return Object.fromEntries(values) as AttributeValues;
}

/** The arguments that describe a live image, without values that a definition cannot have. */
export function liveArguments(image: LiveImage, names: readonly AttributeArgument[]): Partial<DefinitionArguments> {
  return Object.fromEntries(
    names
      .filter((name) => isWritable(name, liveArgument(image, name)))
      .map((name) => [name, liveArgument(image, name)]),
  );
}

function isWritable(argument: AttributeArgument, value: unknown): boolean {
  const { type } = ARGUMENT_TABLE[argument];
  return type.kind !== 'choice' || type.open || type.choices.some((choice) => choice.value === value);
}

/** Everything that a definition sets on a new image, with defaults for what it omits. Names are Glance's. */
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

/** What a definition owns of an image: every argument that it sets, every property with a value, every member. */
export function ownedBy(definition: DefinitionArguments): readonly string[] {
  const written = UPDATABLE.map(({ argument }) => argument).filter((argument) => definition[argument] !== undefined);
  const properties = Object.entries(definition.properties ?? {})
    .filter(([, value]) => value !== null)
    .map(([name]) => `properties/${name}`);
  const members = membersOf(definition).map(({ project }) => `members/${project}`);
  const stores = definition.stores === undefined ? [] : ['stores'];
  return [...written, ...properties, ...members, ...stores].sort();
}
