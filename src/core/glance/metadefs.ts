import { field } from '../http/answers.ts';

/** A property of images that an operator describes (https://docs.openstack.org/api-ref/image/v2/metadefs-index.html). */
export interface PropertyDefinition {
  /** As it stands on an image, the namespace's prefix included. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As JSON schema calls it: `string`, `integer`, `boolean`, `array`… Glance stores them all as strings. */
  readonly type: string;
  /** Values that it may have; empty: any. */
  readonly values: readonly string[];
  /** The namespace's name for people. */
  readonly namespace: string;
}

/** The metadata definitions of one region. Throws `Failure`. */
export interface MetadefService {
  /** What operators say of the properties of images, by name. None where the cloud has none, or keeps them to itself. */
  imageProperties(signal?: AbortSignal): Promise<readonly PropertyDefinition[]>;
}

/** The names of the namespaces in an answer of the list. */
export function namespaceNames(value: unknown): readonly string[] {
  const namespaces = field(value, 'namespaces');
  if (!Array.isArray(namespaces)) return [];
  return namespaces
    .map((each: unknown) => field(each, 'namespace'))
    .filter((name: unknown) => typeof name === 'string');
}

/** The properties in the answer of one namespace; what has no name or type is left out. */
export function namespaceProperties(value: unknown): readonly PropertyDefinition[] {
  const namespace = textOf(field(value, 'display_name')) ?? textOf(field(value, 'namespace')) ?? '';
  const properties = field(value, 'properties');
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).map(([name, each]: [string, unknown]) => ({
    name,
    title: textOf(field(each, 'title')) ?? name,
    description: textOf(field(each, 'description')) ?? '',
    type: textOf(field(each, 'type')) ?? 'string',
    values: valuesOf(each),
    namespace,
  }));
}

/** A list's values are those of its items; Glance's own list operators (`<in>`, `<or>`) stand in its flavors only. */
function valuesOf(property: unknown): readonly string[] {
  const own = field(property, 'enum');
  const values = Array.isArray(own) ? own : field(field(property, 'items'), 'enum');
  if (!Array.isArray(values)) return field(property, 'type') === 'boolean' ? ['true', 'false'] : [];
  return values.filter((each: unknown) => ['string', 'number', 'boolean'].includes(typeof each)).map(String);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
