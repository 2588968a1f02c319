import { membersOf, type DefinitionArguments } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';

/** The arguments that a live image can have changed in place, with Glance's name for each and the default of a new image. */
interface UpdatableArgument {
  readonly argument: 'name' | 'min_disk_gb' | 'min_ram_mb' | 'visibility' | 'protected' | 'hidden' | 'tags';
  readonly attribute: 'name' | 'min_disk' | 'min_ram' | 'visibility' | 'protected' | 'os_hidden' | 'tags';
  readonly fallback: string | number | boolean | readonly string[];
}

/** In the order in which people expect to read them. */
export const UPDATABLE: readonly UpdatableArgument[] = [
  { argument: 'name', attribute: 'name', fallback: '' },
  { argument: 'min_disk_gb', attribute: 'min_disk', fallback: 0 },
  { argument: 'min_ram_mb', attribute: 'min_ram', fallback: 0 },
  { argument: 'visibility', attribute: 'visibility', fallback: 'private' },
  { argument: 'protected', attribute: 'protected', fallback: false },
  { argument: 'hidden', attribute: 'os_hidden', fallback: false },
  { argument: 'tags', attribute: 'tags', fallback: [] },
];

/** The arguments that force a replacement once the image has data. */
export const FORMATS = ['container_format', 'disk_format'] as const;

/** Everything that a definition sets on a new image, with the defaults of what it omits. Names are Glance's. */
export interface DesiredImage {
  readonly name: string;
  readonly container_format: string;
  readonly disk_format: string;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly visibility: string;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/** The image that a definition describes when nothing exists yet. */
export function desiredImage(definition: DefinitionArguments): DesiredImage {
  return {
    name: definition.name,
    container_format: definition.container_format,
    disk_format: definition.disk_format,
    min_disk: definition.min_disk_gb ?? 0,
    min_ram: definition.min_ram_mb ?? 0,
    visibility: definition.visibility ?? 'private',
    protected: definition.protected ?? false,
    os_hidden: definition.hidden ?? false,
    tags: [...new Set(definition.tags ?? [])],
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

/** The value of an argument on a live image, in the definition's terms. */
export function liveValue(
  live: LiveImage,
  attribute: UpdatableArgument['attribute'],
): string | number | boolean | null | readonly string[] {
  return live[attribute];
}
