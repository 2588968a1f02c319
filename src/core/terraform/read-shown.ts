import { checkPropertyName } from '../definition/reading/property-names.ts';
import { isOfTheBytes } from '../definition/properties-of-bytes.ts';
import { field, parseJson } from '../http/answers.ts';
import type { TextRange } from '../problem.ts';
import { ACCESS_RESOURCE, IMAGE_RESOURCE, SHARED_ARGUMENTS } from './arguments.ts';
import type { Attribute, Block, Literal } from './hcl-parser.ts';
import type { ReportTerraform } from './read-arguments.ts';
import { readResource, type TerraformDefinition } from './read-resource.ts';

/** The whole of a document has no places of its own. */
const NOWHERE: TextRange = { offset: 0, length: 0 };
/** Modules within modules. */
const DEPTH_AT_MOST = 20;

/** What a document leaves to Terraform's defaults, as it spells them out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  decompress: false,
  web_download: false,
  verify_checksum: true,
  min_disk_gb: 0,
  min_ram_mb: 0,
  visibility: 'private',
  protected: false,
  hidden: false,
};

/** A resource with its values, as Terraform knows them. */
interface Shown {
  readonly type: string;
  /** Without the type: `talos["a"]`. */
  readonly address: string;
  readonly values: unknown;
}

/**
 * The image resources of a state or plan, as `terraform show -json` and `tofu show -json` print it
 * (https://developer.hashicorp.com/terraform/internals/json-format), or of a state file. Everything is resolved there, and what exists
 * has its id.
 */
export function readShown(text: string, report: ReportTerraform): readonly TerraformDefinition[] {
  const document = parseJson(text);
  if (document === undefined) {
    report(
      'error',
      'syntax-error',
      'This begins as JSON and is none. Give what "terraform show -json" prints.',
      NOWHERE,
    );
    return [];
  }
  const known = new Map(
    resourcesOf(field(document, 'prior_state')).map((each) => [`${each.type}.${each.address}`, each]),
  );
  const shown = resourcesOf(document);
  const members = new Map<unknown, string[]>();
  for (const { type, values } of shown) {
    const member = field(values, 'member_id');
    if (type !== ACCESS_RESOURCE || typeof member !== 'string') continue;
    const image = field(values, 'image_id');
    members.set(image, [...(members.get(image) ?? []), member]);
  }
  return shown.flatMap(({ type, address, values }) => {
    if (type !== IMAGE_RESOURCE) return [];
    const id = field(values, 'id') ?? field(known.get(`${type}.${address}`)?.values, 'id');
    const projects = members.get(id) ?? [];
    const further = {
      ...(typeof id === 'string' ? { image_id: id.toLowerCase() } : {}),
      ...(typeof id === 'string' && projects.length > 0 ? { members: projects } : {}),
    };
    const scope = { named: new Map<string, Attribute>(), copy: new Map<string, Literal>() };
    return readResource(blockOf(values), { address, scope }, further, report) ?? [];
  });
}

/** The managed resources of a document, of all its modules. */
function resourcesOf(document: unknown): readonly Shown[] {
  const root = field(field(document, 'planned_values') ?? field(document, 'values'), 'root_module');
  return root === undefined ? ofStateFile(document) : ofModule(root, 0);
}

function ofModule(module: unknown, depth: number): readonly Shown[] {
  if (depth > DEPTH_AT_MOST) return [];
  const own = listOf(module, 'resources').flatMap((resource): Shown[] => {
    const [type, address] = [field(resource, 'type'), field(resource, 'address')];
    if (field(resource, 'mode') !== 'managed' || typeof type !== 'string' || typeof address !== 'string') return [];
    return [{ type, address: address.replace(`${type}.`, ''), values: field(resource, 'values') }];
  });
  return [...own, ...listOf(module, 'child_modules').flatMap((child) => ofModule(child, depth + 1))];
}

/** The state itself, as `terraform state pull` prints it. */
function ofStateFile(document: unknown): readonly Shown[] {
  return listOf(document, 'resources').flatMap((resource) => {
    const [type, name] = [field(resource, 'type'), field(resource, 'name')];
    if (field(resource, 'mode') !== 'managed' || typeof type !== 'string' || typeof name !== 'string') return [];
    return listOf(resource, 'instances').map((instance): Shown => {
      const key = field(instance, 'index_key');
      const address = key === undefined ? name : `${name}[${JSON.stringify(key)}]`;
      return { type, address, values: field(instance, 'attributes') };
    });
  });
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

/** The block that a person would have written for these values. */
function blockOf(values: unknown): Block {
  const attributes = SHARED_ARGUMENTS.flatMap((name): Attribute[] => {
    const written = name === 'properties' ? ownProperties(field(values, name)) : field(values, name);
    // The document has the id as such.
    if (name === 'image_id' || isDefault(name, written)) return [];
    const value = literalOf(written, 0);
    return value === undefined ? [] : [{ name, nameRange: NOWHERE, value, text: '', valueRange: NOWHERE }];
  });
  const create = literalOf(field(field(values, 'timeouts'), 'create'), 0);
  const timeout = { name: 'create', nameRange: NOWHERE, value: create, text: '', valueRange: NOWHERE };
  const timeouts = { type: 'timeouts', typeRange: NOWHERE, labels: [], attributes: [timeout], blocks: [] };
  const blocks = create?.kind === 'string' ? [timeouts] : [];
  return { type: 'resource', typeRange: NOWHERE, labels: [IMAGE_RESOURCE], attributes, blocks };
}

function isDefault(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === DEFAULTS[name]) return true;
  if (name === 'image_cache_path') return typeof value === 'string' && /[\\/]\.terraform[\\/]image_cache$/.test(value);
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Without what Glance, Terraform's provider or this tool keeps there. */
function ownProperties(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null) return properties;
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => checkPropertyName(name) === undefined && !isOfTheBytes(name)),
  );
}

function literalOf(value: unknown, depth: number): Literal | undefined {
  if (typeof value === 'string') return { kind: 'string', value, range: NOWHERE };
  if (typeof value === 'number') return { kind: 'number', text: String(value), range: NOWHERE };
  if (typeof value === 'boolean') return { kind: 'boolean', value, range: NOWHERE };
  if (typeof value !== 'object' || value === null || depth > 2) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => literalOf(item, depth + 1)).filter((item) => item !== undefined);
    return { kind: 'list', items, range: NOWHERE };
  }
  const entries = Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const literal = literalOf(member, depth + 1);
    return literal === undefined ? [] : [{ key, keyRange: NOWHERE, value: literal }];
  });
  return { kind: 'map', entries, range: NOWHERE };
}
