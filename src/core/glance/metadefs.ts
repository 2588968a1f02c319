import { field } from '../http/answers.ts';

/** A property of images, as described by the operator (https://docs.openstack.org/api-ref/image/v2/metadefs-index.html). */
export interface PropertyDefinition {
  /** Its name on images, including the namespace's prefix. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Its JSON schema type: `string`, `integer`, `boolean`, `array`… Glance stores them all as strings. */
  readonly type: string;
  /** Allowed values; empty for any. */
  readonly values: readonly string[];
  /** The namespace's display name. */
  readonly namespace: string;
}

/** The metadata definitions of one region. Throws `Failure`. */
export interface MetadefService {
  /** The described properties of images, by name. Empty if the cloud has none or hides them. */
  imageProperties(signal?: AbortSignal): Promise<readonly PropertyDefinition[]>;
}

/** Parses the names of namespaces. */
export function namespaceNames(value: unknown): readonly string[] {
  const namespaces = field(value, 'namespaces');
  if (!Array.isArray(namespaces)) return [];
  return namespaces
    .map((each: unknown) => field(each, 'namespace'))
    .filter((name: unknown) => typeof name === 'string');
}

/** Parses the properties of a namespace. Those without a name or type are left out. */
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

/** A list's values are those of its items. Glance's list operators (`<in>`, `<or>`) are used in flavors only. */
function valuesOf(property: unknown): readonly string[] {
  const own = field(property, 'enum');
  const values = Array.isArray(own) ? own : field(field(property, 'items'), 'enum');
  if (!Array.isArray(values)) return field(property, 'type') === 'boolean' ? ['true', 'false'] : [];
  return values.filter((each: unknown) => ['string', 'number', 'boolean'].includes(typeof each)).map(String);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
