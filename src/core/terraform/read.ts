import { LineIndex } from '../definition/text/line-index.ts';
import { renderArguments, type PartialArguments } from '../definition/writing/render.ts';
import type { Problem } from '../problem.ts';
import { IMAGE_RESOURCE } from './arguments.ts';
import { parseHcl, type Block } from './hcl-parser.ts';
import { readArguments, type ReportTerraform } from './read-arguments.ts';

/** One resource of a Terraform file as a definition. */
export interface TerraformDefinition {
  /** Label of the resource. */
  readonly label: string;
  readonly name: string;
  /** A definition in JSONC that ends in a line break. */
  readonly text: string;
}

/** The result of reading a Terraform file. If a problem is an error, there are no definitions. */
export interface TerraformReading {
  readonly definitions: readonly TerraformDefinition[];
  readonly problems: readonly Problem[];
}

/**
 * Converts the `openstack_images_image_v2` resources of a Terraform file to definitions. Only literals are read: what
 * Terraform would have to compute is an error at its place. Other blocks are skipped, and the `import` block of a
 * resource becomes `image_id`. Accepts any text and throws nothing.
 */
export function readTerraform(text: string): TerraformReading {
  const lines = new LineIndex(text);
  const problems: Problem[] = [];
  const report: ReportTerraform = (severity, code, message, range) => {
    problems.push({ severity, code, message, ...lines.place(range) });
  };
  const { blocks, faults } = parseHcl(text);
  for (const { message, range } of faults) report('error', 'syntax-error', message, range);
  // The meaning of invalid HCL would be a guess.
  if (problems.length > 0) return { definitions: [], problems };
  const resources = blocks.filter(({ type, labels }) => type === 'resource' && labels[0] === IMAGE_RESOURCE);
  if (resources.length === 0) {
    const message = `This text has no resource "${IMAGE_RESOURCE}".`;
    report('error', 'no-terraform-resource', message, { offset: 0, length: 0 });
  }
  const imported = importedIds(blocks, report);
  const definitions = resources.map((block) => readResource(block, imported, report));
  problems.sort((left, right) => (left.range?.offset ?? 0) - (right.range?.offset ?? 0));
  return { definitions: problems.some(({ severity }) => severity === 'error') ? [] : definitions, problems };
}

/** Several definitions as one file. */
export function definitionsText(definitions: readonly TerraformDefinition[]): string {
  const [only] = definitions;
  if (definitions.length === 1 && only !== undefined) return only.text;
  return `[\n${definitions.map(({ text }) => text.trimEnd()).join(',\n')}\n]\n`;
}

function readResource(
  block: Block,
  imported: ReadonlyMap<string, string>,
  report: ReportTerraform,
): TerraformDefinition {
  const label = block.labels[1] ?? '';
  const { arguments_, comments } = readArguments(block, report);
  const importId = imported.get(label);
  const image_id = arguments_.image_id ?? importId?.toLowerCase();
  const complete: PartialArguments = { ...arguments_, ...(image_id === undefined ? {} : { image_id }) };
  const header = [`From Terraform: ${IMAGE_RESOURCE}.${label}`];
  const name = typeof complete.name === 'string' ? complete.name : label;
  return { label, name, text: renderArguments(complete, { header, comments }) };
}

/** The ids of `import` blocks, by the label of their resource. */
function importedIds(blocks: readonly Block[], report: ReportTerraform): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { type, attributes } of blocks) {
    if (type !== 'import') continue;
    const to = attributes.find(({ name }) => name === 'to');
    const label = new RegExp(`^${IMAGE_RESOURCE}\\s*\\.\\s*([\\w-]+)$`).exec(to?.text.trim() ?? '')?.[1];
    if (label === undefined) continue;
    const id = attributes.find(({ name }) => name === 'id');
    if (id?.value?.kind === 'string') ids.set(label, id.value.value);
    else if (id !== undefined) {
      report('error', 'terraform-expression', 'The id to import is an expression. Write the UUID.', id.valueRange);
    }
  }
  return ids;
}
