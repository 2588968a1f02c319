import type { LiveImage } from '../../glance/image.ts';
import { ARGUMENTS } from '../arguments.ts';
import { liveArguments, UPDATABLE, type ImageAttribute } from '../attributes.ts';
import type { DefinitionArguments } from '../definition.ts';
import { isOfTheBytes } from '../properties-of-bytes.ts';
import { checkPropertyName } from '../reading/property-names.ts';
import { commentLines, objectText, type MemberText } from '../text/json-text.ts';
import { oneLine } from '../../quote.ts';

/** The comments around a definition. */
export interface RenderOptions {
  /** The comment above an argument, or above a property as `properties/NAME`. May have several lines. */
  readonly comments?: Readonly<Record<string, string>>;
  /** Comment lines at the top of the file. */
  readonly header?: readonly string[];
}

/** Options for writing an image as a definition. */
export interface RenderImageOptions {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
  /** Whether `image_id` is written, so that the definition means this very image. */
  readonly pin: boolean;
  /** The existing identity of the image, if it is not its id. */
  readonly key?: string | undefined;
  /** Arguments that are written even with their default, because the image remembers them as ours. */
  readonly owned?: readonly string[] | undefined;
  /** Stores that the definition names. */
  readonly stores?: readonly string[] | undefined;
  /** Ids of projects that the image is shared with. */
  readonly members?: readonly string[] | undefined;
}

/** Arguments to write to a file; some may be missing. */
export type PartialArguments = Partial<Record<keyof DefinitionArguments, unknown>>;

/** A definition as pretty JSONC that ends in a line break, in the order of the table of arguments. */
export function renderDefinition(arguments_: DefinitionArguments, options: RenderOptions = {}): string {
  return renderArguments(arguments_, options);
}

/** Likewise, for arguments that need not be complete. */
export function renderArguments(arguments_: PartialArguments, { comments = {}, header = [] }: RenderOptions): string {
  const values = new Map<string, unknown>(Object.entries(arguments_));
  const members = ARGUMENTS.filter(({ name }) => values.get(name) !== undefined).map(({ name }): MemberText => {
    const value = values.get(name);
    const comment = own(comments, name);
    if (name !== 'properties' || typeof value !== 'object' || value === null) return { name, value, comment };
    return { name, members: propertyMembers(value, comments), comment };
  });
  return `${header
    .flatMap(commentLines)
    .map((line) => `${line}\n`)
    .join('')}${objectText(members, 0)}\n`;
}

function propertyMembers(properties: object, comments: Readonly<Record<string, string>>): MemberText[] {
  return Object.entries(properties).map(([name, value]: [string, unknown]) => ({
    name,
    value,
    comment: own(comments, `properties/${name}`),
  }));
}

/**
 * A live image as a definition: what differs from the defaults, and every property that is the user's. What Glance reports
 * and nobody sets stands in comments. A definition needs a name and formats: where the image has none, they are filled in
 * and a comment says so, for the plan will then not be empty.
 */
export function renderImage(image: LiveImage, options: RenderImageOptions): string {
  const { owned = [] } = options;
  const { arguments_, comments } = imageArguments(image, owned);
  const { unusable, usable } = liveProperties(image);
  // One that a definition set itself is known to it: left out, the next apply would remove it.
  const ofTheBytes = usable.filter((name) => isOfTheBytes(name) && !owned.includes(`properties/${name}`));
  const complete: PartialArguments = {
    ...withoutProperties(arguments_, ofTheBytes),
    ...(options.region === undefined || options.region === '' ? {} : { region: options.region }),
    ...(options.cloud === undefined ? {} : { cloud: options.cloud }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.stores === undefined || options.stores.length === 0 ? {} : { stores: options.stores }),
    ...(options.members === undefined || options.members.length === 0 ? {} : { members: options.members }),
    ...(options.pin ? { image_id: image.id.toLowerCase() } : {}),
  };
  const header = [...exportedLines(image), ...unusableLines(unusable), ...bytesLines(ofTheBytes)];
  return renderArguments(complete, { header, comments });
}

function withoutProperties({ properties, ...others }: PartialArguments, names: readonly string[]): PartialArguments {
  if (typeof properties !== 'object' || properties === null) return others;
  const kept = Object.entries(properties).filter(([name]) => !names.includes(name));
  return kept.length === 0 ? others : { ...others, properties: Object.fromEntries(kept) };
}

/** The arguments that describe a live image, `owned` ones even with their default, and comments where one had to be filled in. */
export function imageArguments(
  image: LiveImage,
  owned: readonly string[] = [],
): { readonly arguments_: PartialArguments; readonly comments: Readonly<Record<string, string>> } {
  const { usable } = liveProperties(image);
  const comments: Record<string, string> = {};
  const required = (argument: 'name' | 'container_format' | 'disk_format', standIn: string): string => {
    const value = image[argument] ?? '';
    if (value.trim() !== '') return value;
    comments[argument] = `The image has no ${argument} and a definition needs one: an apply sets this one.`;
    return standIn;
  };
  const written = UPDATABLE.filter((each) => owned.includes(each.argument) || !isDefault(image, each));
  const properties = Object.fromEntries(usable.map((name) => [name, image.properties[name]]));
  const arguments_: PartialArguments = {
    ...liveArguments(
      image,
      written.map(({ argument }) => argument),
    ),
    name: required('name', image.id),
    container_format: required('container_format', 'bare'),
    disk_format: required('disk_format', 'raw'),
    ...(usable.length === 0 ? {} : { properties }),
  };
  return { arguments_, comments };
}

function isDefault(image: LiveImage, { attribute, fallback }: ImageAttribute): boolean {
  const value = image[attribute];
  return Array.isArray(value) ? value.length === 0 : value === fallback;
}

/** The names of a live image's properties, in order: those that a definition can hold, and those that it can't. Marks are neither. */
function liveProperties(image: LiveImage): {
  readonly usable: readonly string[];
  readonly unusable: readonly string[];
} {
  const names = Object.keys(image.properties)
    .filter((name) => !name.startsWith('glance_images.'))
    .sort();
  const usable = (name: string): boolean => checkPropertyName(name) === undefined;
  return { usable: names.filter(usable), unusable: names.filter((name) => !usable(name)) };
}

function exportedLines(image: LiveImage): string[] {
  const facts: [string, string | number | null][] = [
    ['id', image.id],
    ['status', image.status],
    ['owner', image.owner],
    ['size_bytes', image.size],
    ['checksum', image.checksum],
    ['os_hash_algo', image.os_hash_algo],
    ['os_hash_value', image.os_hash_value],
    ['created_at', image.created_at],
    ['updated_at', image.updated_at],
  ];
  const lines = facts.map(([name, value]) => `  ${name}: ${value === null ? '(none)' : oneLine(String(value))}`);
  return ['Reported by the cloud when this image was imported; read-only:', ...lines];
}

function unusableLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    'Properties that a definition cannot set, because Glance cannot change them:',
    ...names.map((name) => `  ${oneLine(JSON.stringify(name))}`),
  ];
}

function bytesLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    'Properties that describe the current bytes of the image and would be wrong for others; they stay unchanged:',
    ...names.map((name) => `  ${oneLine(JSON.stringify(name))}`),
  ];
}

function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
