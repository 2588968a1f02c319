import type { ProblemFix } from '../../problem.ts';

/** Marks of this tool begin so; see `reconcile/marks.ts`. */
const MARK_PREFIX = 'glance_images.';

/** How many marks an image can carry at once. */
export const MARK_COUNT = 7;

/** Glance's default `image_property_quota`; marks count too. */
export const PROPERTY_QUOTA = 128;

/** Glance refuses longer names (`glance/api/v2/images.py`, bug 1737952). */
const MAXIMUM_LENGTH = 255;

/** Glance's own attributes that a definition has an argument for: as properties they would overwrite them. */
const ATTRIBUTES_WITH_ARGUMENT: ReadonlyMap<string, string> = new Map([
  ['container_format', 'container_format'],
  ['disk_format', 'disk_format'],
  ['id', 'image_id'],
  ['min_disk', 'min_disk_gb'],
  ['min_ram', 'min_ram_mb'],
  ['name', 'name'],
  ['os_hidden', 'hidden'],
  ['protected', 'protected'],
  ['tags', 'tags'],
  ['visibility', 'visibility'],
]);

/** `_readonly_properties`, `_disallowed_properties`, `_reserved_properties` of `glance/api/v2/images.py`, and what only administrators set. */
const SERVER_ATTRIBUTES: ReadonlySet<string> = new Set([
  'checksum',
  'created_at',
  'deleted',
  'deleted_at',
  'direct_url',
  'file',
  'location',
  'locations',
  'os_hash_algo',
  'os_hash_value',
  'owner',
  'schema',
  'self',
  'size',
  'status',
  'stores',
  'updated_at',
  'virtual_size',
]);

/** Names of Glance's internal image object: an update answers 200 (or 500) and the property is not stored. */
const DROPPED: ReadonlySet<string> = new Set([
  'base',
  'context',
  'deactivate',
  'delete',
  'extra_properties',
  'get_data',
  'get_payload',
  'get_super_class',
  'helper',
  'image_id',
  'member',
  'notifier',
  'reactivate',
  'repo',
  'send_notification',
  'set_data',
]);

/** Why a definition can't set a property. */
export interface PropertyNameProblem {
  readonly code: 'reserved-property' | 'bad-property-name';
  readonly message: string;
  readonly fixes: readonly ProblemFix[];
}

/** What is wrong with a property's name, or `undefined` where Glance stores it as it is. */
export function checkPropertyName(name: string): PropertyNameProblem | undefined {
  return checkReserved(name) ?? checkSpelling(name);
}

function checkReserved(name: string): PropertyNameProblem | undefined {
  const argument = ATTRIBUTES_WITH_ARGUMENT.get(name);
  const reserved = (why: string, fix: ProblemFix = { kind: 'remove' }): PropertyNameProblem => {
    return { code: 'reserved-property', message: `"${name}" ${why}`, fixes: [fix] };
  };
  if (argument !== undefined) {
    const why = `is an attribute of the image, not a property. Use the argument "${argument}".`;
    return reserved(why, { kind: 'move', to: argument });
  }
  if (name.startsWith(MARK_PREFIX))
    return reserved('is reserved for the state that Glance Images stores on the image. Remove it.');
  if (name.startsWith('os_glance')) return reserved('is reserved by Glance, which refuses it. Remove it.');
  if (SERVER_ATTRIBUTES.has(name)) return reserved('is an attribute that only the cloud sets. Remove it.');
  if (DROPPED.has(name)) {
    return reserved(
      'is a name that Glance uses internally: it accepts the property but does not store it. Choose another name.',
    );
  }
  return undefined;
}

function checkSpelling(name: string): PropertyNameProblem | undefined {
  const bad = (message: string, fixes: readonly ProblemFix[] = []): PropertyNameProblem => {
    return { code: 'bad-property-name', message, fixes };
  };
  if (name === '') return bad('A property needs a name. Glance stores an empty name, but can never change it.');
  if (name.trim() !== name) {
    return bad(
      'The name of a property must not begin or end with a space, because Glance could never change it again.',
      [{ kind: 'rename', name: name.trim() }],
    );
  }
  if (name.length > MAXIMUM_LENGTH)
    return bad(`The name of a property has at most ${MAXIMUM_LENGTH} characters, not ${name.length}.`);
  if (hasFourByteCharacter(name)) {
    return bad(
      'Glance refuses characters beyond the Basic Multilingual Plane, such as emoji, in the name of a property.',
    );
  }
  return undefined;
}

/** Whether a text has a character that takes four bytes in UTF-8, or half of one: Glance answers 400 to the first and 500 to the second. */
export function hasFourByteCharacter(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}
