import type { Release } from '../../release.ts';
import { Refusal } from '../../http/answers.ts';
import { pythonLines, pythonText } from '../../http/python-text.ts';

/** The part of JSON Schema that Glance's image schema uses. */
interface ValueSchema {
  readonly type: string | readonly string[];
  readonly description?: string;
  readonly readOnly?: boolean;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly enum?: readonly (string | null)[];
  readonly items?: ValueSchema | object;
  readonly is_base?: boolean;
}

const uuid = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';
const text = 'string';
const textOrNull = ['null', 'string'];
const numberOrNull = ['null', 'integer'];
const readOnly = true;

function custom(description: string, more: Partial<ValueSchema> = {}): ValueSchema {
  return { type: text, description, is_base: false, ...more };
}

const properties: Readonly<Record<string, ValueSchema>> = {
  id: { type: text, description: 'An identifier for the image', pattern: uuid },
  name: { type: textOrNull, description: 'Descriptive name for the image', maxLength: 255 },
  status: {
    type: text,
    readOnly,
    description: 'Status of the image',
    enum: [
      'queued',
      'saving',
      'active',
      'killed',
      'deleted',
      'uploading',
      'importing',
      'pending_delete',
      'deactivated',
    ],
  },
  visibility: {
    type: text,
    description: 'Scope of image accessibility',
    enum: ['community', 'public', 'private', 'shared'],
  },
  protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
  os_hidden: { type: 'boolean', description: 'If true, image will not appear in default image list response.' },
  checksum: { type: textOrNull, readOnly, description: 'md5 hash of image contents.', maxLength: 32 },
  os_hash_algo: {
    type: textOrNull,
    readOnly,
    description: 'Algorithm to calculate the os_hash_value',
    maxLength: 64,
  },
  os_hash_value: {
    type: textOrNull,
    readOnly,
    description: 'Hexdigest of the image contents using the algorithm specified by the os_hash_algo',
    maxLength: 128,
  },
  owner: { type: textOrNull, description: 'Owner of the image', maxLength: 255 },
  size: { type: numberOrNull, readOnly, description: 'Size of image file in bytes' },
  virtual_size: { type: numberOrNull, readOnly, description: 'Virtual size of image in bytes' },
  container_format: {
    type: textOrNull,
    description: 'Format of the container',
    enum: [null, 'ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'],
  },
  disk_format: {
    type: textOrNull,
    description: 'Format of the disk',
    enum: [null, 'ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
  },
  created_at: { type: text, readOnly, description: 'Date and time of image registration' },
  updated_at: { type: text, readOnly, description: 'Date and time of the last image modification' },
  tags: {
    type: 'array',
    description: 'List of strings related to the image',
    items: { type: text, maxLength: 255 },
  },
  direct_url: { type: text, readOnly, description: 'URL to access the image file kept in external store' },
  min_ram: { type: 'integer', description: 'Amount of ram (in MB) required to boot image.' },
  min_disk: { type: 'integer', description: 'Amount of disk space (in GB) required to boot image.' },
  self: { type: text, readOnly, description: 'An image self url' },
  file: { type: text, readOnly, description: 'An image file url' },
  stores: {
    type: text,
    readOnly,
    description:
      'Store in which image data resides.  Only present when the operator has enabled multiple stores.  May be a comma-separated list of store identifiers.',
  },
  schema: { type: text, readOnly, description: 'An image schema url' },
  locations: {
    type: 'array',
    items: {
      type: 'object',
      properties: { url: { type: text, maxLength: 255 }, metadata: { type: 'object' } },
      required: ['url', 'metadata'],
    },
    description: 'A set of URLs to access the image file kept in external store',
  },
  kernel_id: custom('ID of image stored in Glance that should be used as the kernel when booting an AMI-style image.', {
    type: textOrNull,
    pattern: uuid,
  }),
  ramdisk_id: custom(
    'ID of image stored in Glance that should be used as the ramdisk when booting an AMI-style image.',
    { type: textOrNull, pattern: uuid },
  ),
  instance_uuid: custom(
    'Metadata which can be used to record which instance this image is associated with. (Informational only, does not create an instance snapshot.)',
  ),
  architecture: custom(
    'Operating system architecture as specified in https://docs.openstack.org/python-glanceclient/latest/cli/property-keys.html',
  ),
  os_distro: custom(
    'Common name of operating system distribution as specified in https://docs.openstack.org/python-glanceclient/latest/cli/property-keys.html',
  ),
  os_version: custom('Operating system version as specified by the distributor.'),
  description: custom('A human-readable string describing this image.'),
};

const additional: ValueSchema = { type: text };

/** The answer to `GET /v2/schemas/image`. */
export const imageSchema = {
  name: 'image',
  properties,
  additionalProperties: additional,
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
} as const;

/** Throws Glance's 400 for an image, or part of one, that does not match its schema. */
export function validateImage(image: Readonly<Record<string, unknown>>, release: Release): void {
  for (const [name, value] of Object.entries(image)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const place = known === undefined ? "['additionalProperties']" : `['properties']['${name}']`;
    validate({ value, schema: known ?? additional, place, instance: `[${pythonText(name)}]`, release });
  }
}

interface Instance {
  readonly value: unknown;
  readonly schema: ValueSchema;
  /** Where the schema is in the whole one, as Python's index. */
  readonly place: string;
  /** Likewise of the value. */
  readonly instance: string;
  readonly release: Release;
}

function validate({ value, schema, place, instance, release }: Instance): void {
  const keys = release < 33 ? 'sorted' : 'as they are';
  const refuse = (what: string, keyword: string): never => {
    const indented = (shown: unknown) => `    ${pythonLines(shown, keys).replaceAll('\n', '\n    ')}`;
    throw new Refusal(
      400,
      `Provided object does not match schema 'image': ${what}\n\nFailed validating '${keyword}' in schema${place}:\n${indented(schema)}\n\nOn instance${instance}:\n${indented(value)}`,
    );
  };
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (!types.some((type) => isOfType(value, type))) {
    refuse(`${pythonText(value)} is not of type ${types.map(pythonText).join(', ')}`, 'type');
  }
  if (schema.enum !== undefined && !schema.enum.includes(value as string | null)) {
    refuse(`${pythonText(value)} is not one of ${pythonText(schema.enum)}`, 'enum');
  }
  if (typeof value === 'string') {
    if (schema.maxLength !== undefined && Array.from(value).length > schema.maxLength) {
      refuse(`${pythonText(value)} is too long`, 'maxLength');
    }
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
      refuse(`${pythonText(value)} does not match ${pythonText(schema.pattern)}`, 'pattern');
    }
  }
  if (Array.isArray(value) && schema.items !== undefined && 'type' in schema.items) {
    const items = schema.items;
    for (const [index, item] of value.entries())
      validate({ value: item, schema: items, place: `${place}['items']`, instance: `${instance}[${index}]`, release });
  }
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
