import type { Argument, ArgumentName, ArgumentRow, ArgumentType } from './argument.ts';
import { CONTAINER_FORMATS, DISK_FORMATS, ON_REPLACE, VISIBILITIES } from './formats.ts';

/** Glance keeps sizes in 32-bit integers and refuses greater ones. */
const GREATEST_INTEGER = 2_147_483_647;
const SIZE: ArgumentType = { kind: 'integer', minimum: 0, maximum: GREATEST_INTEGER };
const BOOLEAN: ArgumentType = { kind: 'boolean' };
const STRING: ArgumentType = { kind: 'string' };

/** Every argument of a definition, in the order in which definitions are written. This is the only description of the arguments. */
export const ARGUMENT_TABLE = {
  name: {
    attribute: 'name',
    type: { kind: 'string', maximumLength: 255 },
    required: true,
    whenChanged: 'update',
    description:
      'Name of the image, at most 255 characters. Without `key` and `image_id` it also identifies the image: a new name then means another image.',
    examples: ['Ubuntu 24.04'],
  },
  container_format: {
    attribute: 'container_format',
    type: { kind: 'choice', choices: CONTAINER_FORMATS, open: true },
    required: true,
    whenChanged: 'replace-unless-queued',
    description:
      'Container of the disk, mostly `bare`. Fixed once the image has data: a change replaces the image. The cloud decides which values it accepts.',
    examples: ['bare'],
  },
  disk_format: {
    attribute: 'disk_format',
    type: { kind: 'choice', choices: DISK_FORMATS, open: true },
    required: true,
    whenChanged: 'replace-unless-queued',
    description:
      'Actual format of the disk. The data is not converted. Fixed once the image has data: a change replaces the image. The cloud decides which values it accepts.',
    examples: ['qcow2', 'raw'],
  },
  local_file_path: {
    attribute: null,
    type: { kind: 'string', format: 'path' },
    whenChanged: 'replace-if-bytes-differ',
    description:
      'File to upload, relative to the definition. `~`, `${workspaceFolder}` and `${env:NAME}` are expanded; `NAME` begins with `GLANCE_IMAGES_` or is allowed by a setting. A new path to the same bytes changes nothing.',
    examples: ['noble-server-cloudimg-amd64.img', '${workspaceFolder}/images/disk.raw'],
  },
  image_source_url: {
    attribute: null,
    type: { kind: 'string', format: 'url' },
    whenChanged: 'replace-if-bytes-differ',
    description:
      'Address (`http` or `https`) that the image is downloaded from, by way of the cache. A new address of the same bytes changes nothing.',
    examples: ['https://cloud-images.example.org/noble/noble-server-cloudimg-amd64.img'],
  },
  image_source_username: {
    attribute: null,
    type: STRING,
    whenChanged: 'nothing',
    description: 'User name for `image_source_url` (HTTP basic authentication).',
    examples: ['reader'],
  },
  image_source_password: {
    attribute: null,
    type: { kind: 'string', format: 'secret' },
    whenChanged: 'nothing',
    description:
      "Password for `image_source_url`, never as plain text: `${env:NAME}` reads an environment variable, `${secret:NAME}` the editor's secret storage.",
    examples: ['${secret:mirror}', '${env:GLANCE_IMAGES_MIRROR_PASSWORD}'],
  },
  image_source_checksum: {
    attribute: null,
    type: { kind: 'string', format: 'checksum' },
    whenChanged: 'nothing',
    description:
      'Expected checksum of the downloaded bytes, compared before the upload: `ALGORITHM:HEX` with md5, sha1, sha256 or sha512, or the address or path of a checksum file.',
    examples: ['https://cloud-images.example.org/noble/SHA256SUMS', 'sha256:…'],
  },
  image_cache_path: {
    attribute: null,
    type: { kind: 'string', format: 'path' },
    whenChanged: 'nothing',
    description: 'Folder for downloads. Default: `glance-images` in the cache folder of the platform.',
    examples: ['~/.cache/glance-images'],
  },
  decompress: {
    attribute: null,
    type: BOOLEAN,
    fallback: false,
    whenChanged: 'replace',
    description:
      'Whether a source in gzip, bzip2, xz or zstd is decompressed before the upload. The format is detected from the content, not the name.',
    examples: [true],
  },
  web_download: {
    attribute: null,
    type: BOOLEAN,
    fallback: false,
    whenChanged: 'nothing',
    description:
      'Whether Glance fetches `image_source_url` itself, so that no data passes through this machine. The result is compared between all regions, and with `image_source_checksum` if that is an md5 or sha512, which Glance reports. Otherwise it is *not verified*.',
    examples: [true],
  },
  verify_checksum: {
    attribute: null,
    type: BOOLEAN,
    fallback: true,
    whenChanged: 'nothing',
    description:
      'Whether bytes are compared, after the upload and in every plan. With `false`, a changed source goes unnoticed.',
    examples: [false],
  },
  inspect: {
    attribute: null,
    type: BOOLEAN,
    fallback: true,
    whenChanged: 'nothing',
    description:
      'Whether data that does not look like a disk, or that this release of Glance is known to refuse, is an error. With `false`, it is sent with a warning.',
    examples: [false],
  },
  min_disk_gb: {
    attribute: 'min_disk',
    type: SIZE,
    fallback: 0,
    whenChanged: 'update',
    description: 'Smallest disk, in GiB, that a server needs to boot the image. Glance calls it `min_disk`.',
    examples: [10],
  },
  min_ram_mb: {
    attribute: 'min_ram',
    type: SIZE,
    fallback: 0,
    whenChanged: 'update',
    description: 'Least memory, in MiB, that a server needs to boot the image. Glance calls it `min_ram`.',
    examples: [512],
  },
  visibility: {
    attribute: 'visibility',
    type: { kind: 'choice', choices: VISIBILITIES, open: false },
    fallback: 'private',
    whenChanged: 'update',
    description:
      'Who sees the image. `public` is mostly for administrators; the cloud refuses it before any byte is sent.',
    examples: ['private'],
  },
  protected: {
    attribute: 'protected',
    type: BOOLEAN,
    fallback: false,
    whenChanged: 'update',
    description: 'Whether Glance refuses to delete the image.',
    examples: [true],
  },
  hidden: {
    attribute: 'os_hidden',
    type: BOOLEAN,
    fallback: false,
    whenChanged: 'update',
    description:
      'Whether the image is left out of default lists; it can still be used by its id. Glance calls it `os_hidden`.',
    examples: [true],
  },
  tags: {
    attribute: 'tags',
    type: { kind: 'strings', maximumLength: 255, quota: { atMost: 128, code: 'too-many-tags' }, emptyItems: true },
    fallback: [],
    whenChanged: 'update',
    description: 'Tags, each at most 255 characters. Order and repetition do not matter.',
    examples: [['lts', 'server']],
  },
  properties: {
    attribute: null,
    type: { kind: 'properties' },
    whenChanged: 'update',
    description:
      'Image properties. Glance stores strings: a number is kept as it is written, `true` becomes `"true"`. `null` removes a property, whoever set it. Properties that are not listed here are left alone.',
    examples: [{ os_distro: 'ubuntu', hw_disk_bus: 'virtio' }],
  },
  region: {
    attribute: null,
    type: STRING,
    whenChanged: 'another-image',
    description: 'Region of the image. Without `region` and `regions`, the region that is configured for the cloud.',
    examples: ['RegionOne'],
  },
  regions: {
    attribute: null,
    type: { kind: 'strings', notEmpty: true, unique: true },
    whenChanged: 'another-image',
    description: 'Regions that each get the image. The source is read once for all of them.',
    examples: [['RegionOne', 'RegionTwo']],
  },
  cloud: {
    attribute: null,
    type: STRING,
    whenChanged: 'another-image',
    description: 'Entry of `clouds.yaml`. Default: the setting, then `OS_CLOUD`, then the only configured cloud.',
    examples: ['devcloud'],
  },
  key: {
    attribute: null,
    type: { kind: 'string', maximumLength: 255 },
    whenChanged: 'another-image',
    description:
      'Permanent identity of this definition, like a resource label in Terraform. With a key, the image can be renamed or replaced and still belongs to this definition.',
    examples: ['ubuntu-lts'],
  },
  image_id: {
    attribute: null,
    type: { kind: 'string', format: 'uuid' },
    whenChanged: 'another-image',
    description: 'UUID of the image to manage, whoever created it. If no such image exists, the new one gets this id.',
    examples: ['8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f'],
  },
  stores: {
    attribute: null,
    type: { kind: 'strings', orAll: true, notEmpty: true, unique: true },
    whenChanged: 'stores',
    description:
      'Stores that hold the data, or `"all"`, on clouds with several. The data is uploaded to one of them (the default store if it is listed), and Glance copies it to the others, which often only administrators may do. Without `stores`, the data stays where it is.',
    examples: [['ceph', 'file'], 'all'],
  },
  members: {
    attribute: null,
    type: { kind: 'members' },
    whenChanged: 'update',
    description:
      'Projects that a `"shared"` image is shared with: project ids, or `{ "project": ID, "accept_with": CLOUD }` to accept it there with that entry of `clouds.yaml`. Members that somebody else added are left alone.',
    examples: [
      ['7f0c2a4be1d94f3c8a5d6e7f80912345'],
      [{ project: '7f0c2a4be1d94f3c8a5d6e7f80912345', accept_with: 'consumer' }],
    ],
  },
  on_replace: {
    attribute: null,
    type: { kind: 'choice', choices: ON_REPLACE, open: false },
    fallback: 'hide',
    whenChanged: 'nothing',
    description: 'What happens to the old image after its replacement is verified and published.',
    examples: ['delete'],
  },
  ignore: {
    attribute: null,
    type: { kind: 'strings' },
    whenChanged: 'nothing',
    description:
      'Properties, as names or globs (`*` any characters, `?` one), that are never compared or written, because another tool manages them.',
    examples: [['hw_*', 'os_version']],
  },
  timeouts: {
    attribute: null,
    type: { kind: 'timeouts' },
    whenChanged: 'nothing',
    description:
      'How long an apply may take in a region: `create` in total (default 6 hours), `stall` without any progress (default 2 minutes). Durations such as `30m` or `1h30m`. After `create` has passed, an unfinished image of an apply on another machine can be recovered.',
    examples: [{ create: '30m', stall: '2m' }],
  },
} as const satisfies { readonly [Name in ArgumentName]: ArgumentRow<Name> };

/** The same, as a list. */
export const ARGUMENTS: readonly Argument[] = Object.entries(ARGUMENT_TABLE).map(([name, row]) => ({ name, ...row }));

const BY_NAME: ReadonlyMap<string, Argument> = new Map(ARGUMENTS.map((argument) => [argument.name, argument]));

/** The argument of this name, if there is one. */
export function findArgument(name: string): Argument | undefined {
  return BY_NAME.get(name);
}
