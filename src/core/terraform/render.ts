import { definitionKey, type Definition } from '../definition/definition.ts';
import { imageArguments } from '../definition/writing/render.ts';
import type { LiveImage } from '../glance/image.ts';
import type { Place } from '../place.ts';
import { IMAGE_RESOURCE, NOT_IMPORTED, SHARED_ARGUMENTS } from './arguments.ts';
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
}

/**
 * Renders arguments as Terraform's `openstack_images_image_v2`, formatted as by `terraform fmt`. What Terraform has
 * no argument for becomes a comment.
 */
export function terraformResource(written: ResourceArguments, options: ResourceOptions = {}): string {
  const arguments_ = withoutConflict(written);
  const label = terraformLabel(options.label ?? text(arguments_.name));
  const { importId } = options;
  const body = [plainArguments(arguments_), ...longArguments(arguments_), ...blocks(arguments_, importId)];
  const resource = `resource "${IMAGE_RESOURCE}" "${label}" {\n${body.filter((part) => part !== '').join('\n')}}\n`;
  const comments = [...(options.comments ?? []), ...unknownToTerraform(arguments_), ...conflicting(written)].flatMap(
    hclComment,
  );
  const head = comments.map((line) => `${line}\n`).join('');
  return importId === undefined ? `${head}${resource}` : `${head}${resource}\n${importBlock(label, importId)}`;
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
    return value === undefined ? [] : [[name, scalar(value)]];
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

function blocks(arguments_: ResourceArguments, importId: string | undefined): string[] {
  const create = createTimeout(arguments_);
  const ignored = NOT_IMPORTED.filter((name) => arguments_[name] !== undefined);
  return [
    ...(create === undefined ? [] : [`  timeouts {\n    create = ${hclString(create)}\n  }\n`]),
    ...(importId === undefined || ignored.length === 0
      ? []
      : [
          '  # An import does not record where the data came from. Without this, Terraform would recreate the image.\n' +
            `  lifecycle {\n    ignore_changes = [${ignored.join(', ')}]\n  }\n`,
        ]),
  ];
}

function importBlock(label: string, id: string): string {
  return `import {\n  to = ${IMAGE_RESOURCE}.${label}\n  id = ${hclString(id)}\n}\n`;
}

/** Comments for what Terraform has no argument for. */
function unknownToTerraform(arguments_: ResourceArguments): string[] {
  const known: readonly string[] = [...SHARED_ARGUMENTS, 'timeouts'];
  const lines = Object.entries(arguments_)
    .filter(([name, value]) => !known.includes(name) && value !== undefined)
    .map(([name, value]) => `Terraform has no argument for this: ${name} = ${JSON.stringify(value)}`);
  const { properties } = arguments_;
  const removed = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  const nulls = removed.filter(([, value]) => value === null).map(([name]) => JSON.stringify(name));
  if (nulls.length > 0) lines.push(`Terraform can't remove properties: ${nulls.join(', ')}`);
  const expanded = SHARED_ARGUMENTS.filter((name) => /\$\{\w+(:[^}]*)?\}/.test(text(arguments_[name])));
  const paths = expanded.filter((name) => name !== 'name');
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
  const { arguments_, comments } = imageArguments(image);
  const region = place.region === '' ? {} : { region: place.region };
  return terraformResource({ ...arguments_, ...region }, { importId: image.id, comments: Object.values(comments) });
}

/** A definition as Terraform's resource: one for each of its regions, with an `import` block where `image_id` names the image. */
export function definitionAsTerraform(definition: Definition): string {
  const { regions, key, ...arguments_ } = definition.arguments;
  const label = terraformLabel(definitionKey(definition) === key ? key : arguments_.name);
  const importId = arguments_.image_id;
  if (regions === undefined) return terraformResource({ ...arguments_ }, { label, importId });
  const resources = regions.map((region) =>
    terraformResource({ ...arguments_, region }, { label: terraformLabel(`${label}_${region}`), importId }),
  );
  return resources.join('\n');
}
