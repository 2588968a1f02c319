import { definitionKey, type Definition } from '../definition/definition.ts';
import { imageArguments } from '../definition/writing/render.ts';
import type { LiveImage } from '../glance/image.ts';
import type { Place } from '../place.ts';
import { field } from '../http/answers.ts';
import { isMark, MARKS } from '../reconcile/ownership/marks.ts';
import { ACCESS_RESOURCE, IMAGE_RESOURCE, NOT_IMPORTED, RESET_IF_UNSET, SHARED_ARGUMENTS } from './arguments.ts';
import { hclComment, hclString } from './hcl-string.ts';

/** Arguments of an image by name, as definitions have them. */
export type ResourceArguments = Readonly<Record<string, unknown>>;

/** Options for a rendered resource. */
export interface ResourceOptions {
  /** Label of the resource; derived from the name if omitted. */
  readonly label?: string | undefined;
  /** Id of an existing image, for an `import` block. */
  readonly importId?: string | undefined;
  /** Comment lines above it. */
  readonly comments?: readonly string[];
  /** What an `import` leaves as it is, beside what it can't know: as `ignore_changes` names it. */
  readonly leaveAlone?: readonly string[];
}

/**
 * Renders arguments as Terraform's `openstack_images_image_v2`, formatted as by `terraform fmt`. What Terraform has
 * no argument for becomes a comment.
 */
export function terraformResource(written: ResourceArguments, options: ResourceOptions = {}): string {
  const { importId } = options;
  const arguments_ = withoutConflict(importId === undefined ? written : { ...written, image_id: undefined });
  const label = terraformLabel(options.label ?? text(arguments_.name));
  const body = [plainArguments(arguments_), ...longArguments(arguments_), ...blocks(arguments_, options)];
  const resource = `resource "${IMAGE_RESOURCE}" "${label}" {\n${body.filter((part) => part !== '').join('\n')}}\n`;
  const comments = [...(options.comments ?? []), ...unknownToTerraform(arguments_), ...conflicting(written)].flatMap(
    hclComment,
  );
  const head = comments.map((line) => `${line}\n`).join('');
  const imported = importId === undefined ? [] : [importBlock(`${IMAGE_RESOURCE}.${label}`, importId)];
  return [`${head}${resource}`, ...imported, ...accessResources(label, arguments_, importId)].join('\n');
}

/**
 * Terraform refuses `verify_checksum` beside `web_download`, whatever their values: it never verifies what Glance fetched.
 * @see https://registry.terraform.io/providers/terraform-provider-openstack/openstack/latest/docs/resources/images_image_v2
 */
function withoutConflict(written: ResourceArguments): ResourceArguments {
  if (written.web_download === undefined || written.verify_checksum === undefined) return written;
  const { web_download: fetches, verify_checksum: verifies, ...rest } = written;
  return fetches === true ? { ...rest, web_download: true } : { ...rest, verify_checksum: verifies };
}

/** Arguments removed for that reason that are not Terraform's default. */
function conflicting({ web_download: fetches, verify_checksum: verifies }: ResourceArguments): readonly string[] {
  if (fetches !== true || verifies === undefined) return [];
  return [`Terraform does not allow verify_checksum with web_download: verify_checksum = ${JSON.stringify(verifies)}`];
}

/** A label for a resource; invalid characters become underscores. */
export function terraformLabel(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[_-]+|(?<![_-])[_-]+$/g, '');
  if (plain === '') return 'image';
  return /^[0-9]/.test(plain) ? `image_${plain}` : plain;
}

function plainArguments(arguments_: ResourceArguments): string {
  const names = SHARED_ARGUMENTS.filter((name) => name !== 'tags' && name !== 'properties');
  const rows = names.flatMap((name): [string, string][] => {
    const value = arguments_[name];
    return value === undefined ? [] : [[name, EXPANDED.includes(name) ? expanded(text(value)) : scalar(value)]];
  });
  return aligned(rows, '  ');
}

function longArguments({ tags, properties }: ResourceArguments): string[] {
  const parts: string[] = [];
  if (Array.isArray(tags)) parts.push(`  tags = [${tags.map((tag: unknown) => hclString(text(tag))).join(', ')}]\n`);
  if (typeof properties === 'object' && properties !== null) {
    const rows = Object.entries(properties)
      .filter(([, value]) => value !== null)
      .map(([name, value]): [string, string] => [propertyName(name), hclString(text(value))]);
    parts.push(rows.length === 0 ? '  properties = {}\n' : `  properties = {\n${aligned(rows, '    ')}  }\n`);
  }
  return parts;
}

function blocks(arguments_: ResourceArguments, { importId, leaveAlone = [] }: ResourceOptions): string[] {
  const create = createTimeout(arguments_);
  const timeouts = create === undefined ? [] : [`  timeouts {\n    create = ${hclString(create)}\n  }\n`];
  if (importId === undefined) return timeouts;
  const ignored = [...NOT_IMPORTED.filter((name) => arguments_[name] !== undefined), 'image_cache_path', ...leaveAlone];
  const lines = ignored.map((name) => `      ${name},\n`).join('');
  return [
    ...timeouts,
    '  # An import does not record where the data came from, and Glance Images stores its state in properties.\n' +
      `  lifecycle {\n    ignore_changes = [\n${lines}    ]\n  }\n`,
  ];
}

function importBlock(to: string, id: string): string {
  return `import {\n  to = ${to}\n  id = ${hclString(id)}\n}\n`;
}

/** The projects that an image is shared with, each a resource of its own. */
function accessResources(
  label: string,
  { members, region }: ResourceArguments,
  importId: string | undefined,
): string[] {
  const projects = (Array.isArray(members) ? (members as readonly unknown[]) : []).map((member) =>
    typeof member === 'object' ? text(field(member, 'project')) : text(member),
  );
  return projects.flatMap((project, index) => {
    const name = `${label}_${index + 1}`;
    const rows: [string, string][] = [
      ['image_id', `${IMAGE_RESOURCE}.${label}.id`],
      ['member_id', hclString(project)],
      ...(region === undefined ? [] : ([['region', hclString(text(region))]] as [string, string][])),
    ];
    const resource = `resource "${ACCESS_RESOURCE}" "${name}" {\n${aligned(rows, '  ')}}\n`;
    return importId === undefined
      ? [resource]
      : [resource, importBlock(`${ACCESS_RESOURCE}.${name}`, `${importId}/${project}`)];
  });
}

/** Arguments whose references to variables and secrets a definition expands. */
const EXPANDED: readonly string[] = [
  'local_file_path',
  'image_source_username',
  'image_source_password',
  'image_cache_path',
];
const REFERENCE = /\$\{(env|secret):([A-Za-z_][\w-]*)\}/g;

/** A text whose references are Terraform's variables. */
function expanded(value: string): string {
  const [alone] = value.matchAll(REFERENCE);
  if (alone?.[0] === value) return `var.${alone[2] ?? ''}`;
  let from = 0;
  let inner = '';
  for (const { 0: reference, 2: name = '', index } of value.matchAll(REFERENCE)) {
    inner += `${hclString(value.slice(from, index)).slice(1, -1)}\${var.${name}}`;
    from = index + reference.length;
  }
  return `"${inner}${hclString(value.slice(from)).slice(1, -1)}"`;
}

/** A block for each variable of some resources. */
function variableBlocks(all: readonly ResourceArguments[]): string[] {
  const names = new Map<string, boolean>();
  for (const arguments_ of all)
    for (const name of EXPANDED)
      for (const [, kind, variable = ''] of text(arguments_[name]).matchAll(REFERENCE))
        names.set(variable, names.get(variable) === true || kind === 'secret' || name === 'image_source_password');
  return [...names].map(([name, sensitive]) => {
    const rows: [string, string][] = [
      ['type', 'string'],
      ...(sensitive ? ([['sensitive', 'true']] as [string, string][]) : []),
    ];
    return `variable "${name}" {\n${aligned(rows, '  ')}}\n`;
  });
}

/** Comments for what Terraform has no argument for. */
function unknownToTerraform(arguments_: ResourceArguments): string[] {
  const known: readonly string[] = [...SHARED_ARGUMENTS, 'timeouts', 'members'];
  const lines = Object.entries(arguments_)
    .filter(([name, value]) => !known.includes(name) && value !== undefined)
    .map(([name, value]) => `Terraform has no argument for this: ${name} = ${JSON.stringify(value)}`);
  const { properties } = arguments_;
  const removed = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  const nulls = removed.filter(([, value]) => value === null).map(([name]) => JSON.stringify(name));
  if (nulls.length > 0) lines.push(`Terraform can't remove properties: ${nulls.join(', ')}`);
  const left = (name: string): string =>
    EXPANDED.includes(name) ? text(arguments_[name]).replace(REFERENCE, '') : text(arguments_[name]);
  const paths = SHARED_ARGUMENTS.filter((name) => name !== 'name' && /\$\{\w+(:[^}]*)?\}/.test(left(name)));
  if (paths.length > 0) lines.push(`Terraform does not expand text in braces: ${paths.join(', ')}`);
  return lines;
}

function createTimeout({ timeouts }: ResourceArguments): string | undefined {
  if (typeof timeouts !== 'object' || timeouts === null || !('create' in timeouts)) return undefined;
  return typeof timeouts.create === 'string' ? timeouts.create : undefined;
}

function aligned(rows: readonly (readonly [string, string])[], indent: string): string {
  const width = rows.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)} = ${value}\n`).join('');
}

/** A valid name unchanged, others quoted, e.g. `hw:cpu`. */
function propertyName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : hclString(name);
}

function scalar(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : hclString(text(value));
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

/** A live image as Terraform's resource, with the block that imports it. */
export function imageAsTerraform(place: Place, image: LiveImage): string {
  return imagesAsTerraform([{ place, image }]);
}

/** Live images likewise. Those whose names make the same label have their ids in it. */
export function imagesAsTerraform(images: readonly { readonly place: Place; readonly image: LiveImage }[]): string {
  const all = images.map(({ place, image }) => {
    const { arguments_, comments } = imageArguments(image);
    return { place, image, arguments_, comments, label: terraformLabel(text(arguments_.name)) };
  });
  const resources = all.map(({ place, image, arguments_, comments, label }) => {
    const region = place.region === '' ? {} : { region: place.region };
    const shared = all.filter((each) => each.label === label).length > 1;
    const kept = Object.keys(image.properties).filter((name) => !isMark(name) && !isWritten(arguments_, name));
    const marks = Object.keys(image.properties).some(isMark) ? MARKS : [];
    return terraformResource(
      { ...arguments_, ...region },
      {
        label: shared ? `${label}_${image.id.slice(0, 8)}` : label,
        importId: image.id,
        comments: Object.values(comments),
        leaveAlone: [...new Set([...marks, ...kept])].map(propertyReference),
      },
    );
  });
  return resources.join('\n');
}

function isWritten({ properties }: ResourceArguments, name: string): boolean {
  return typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name);
}

function propertyReference(name: string): string {
  return `properties[${hclString(name)}]`;
}

/** A definition as Terraform's resource: one for each of its regions, with an `import` block where `image_id` names the image. */
export function definitionAsTerraform(definition: Definition): string {
  const { regions, key, ...arguments_ } = definition.arguments;
  const label = terraformLabel(definitionKey(definition) === key ? key : arguments_.name);
  const { image_id: importId, ...rest } = arguments_;
  const unset = RESET_IF_UNSET.filter((name) => arguments_[name] === undefined);
  const options = { importId, leaveAlone: [...unset, ...MARKS.map(propertyReference)] };
  const resources =
    regions === undefined
      ? [terraformResource({ ...rest }, { ...options, label })]
      : regions.map((region) =>
          terraformResource({ ...rest, region }, { ...options, label: terraformLabel(`${label}_${region}`) }),
        );
  return [...variableBlocks([rest]), ...resources].join('\n');
}
