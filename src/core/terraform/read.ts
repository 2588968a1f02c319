import { LineIndex } from '../definition/text/line-index.ts';
import type { Problem } from '../problem.ts';
import { IMAGE_RESOURCE } from './arguments.ts';
import { copiesOf, scopeOf } from './expand.ts';
import { parseHcl, type Block } from './hcl-parser.ts';
import { addressIn, cloudOf, sharedWith } from './read-around.ts';
import { readResource, type TerraformDefinition } from './read-resource.ts';
import { readShown } from './read-shown.ts';
import { reportOldBlock, type ReportTerraform } from './read-arguments.ts';

/** The result of reading a Terraform file: what could be read of it, and what is wrong with the rest. */
export interface TerraformReading {
  readonly definitions: readonly TerraformDefinition[];
  readonly problems: readonly Problem[];
}

/**
 * Converts the `openstack_images_image_v2` resources of a text to definitions: of a Terraform file, or of the document that
 * `terraform show -json` or `tofu show -json` prints. Of a file, only what follows from its own text is read; a resource with anything
 * else is left out, with an error at its place. Other blocks are skipped; the `import` block of a resource becomes `image_id`, and the
 * projects that it is shared with become `members`. Accepts any text and throws nothing.
 */
export function readTerraform(text: string): TerraformReading {
  const lines = new LineIndex(text);
  const problems: Problem[] = [];
  const told = new Set<string>();
  const report: ReportTerraform = (severity, code, message, range) => {
    // The copies of a resource have the same block.
    const key = JSON.stringify([code, message, range]);
    if (!told.has(key)) problems.push({ severity, code, message, ...lines.place(range) });
    told.add(key);
  };
  const definitions = /^\s*\{/.test(text) ? readShown(text, report) : readFile(text, report);
  if (definitions.length === 0 && problems.length === 0) {
    const message = `This text has no resource "${IMAGE_RESOURCE}".`;
    report('error', 'no-terraform-resource', message, { offset: 0, length: 0 });
  }
  problems.sort((left, right) => (left.range?.offset ?? 0) - (right.range?.offset ?? 0));
  return { definitions, problems };
}

function readFile(text: string, report: ReportTerraform): readonly TerraformDefinition[] {
  const { blocks, faults } = parseHcl(text);
  for (const { message, range } of faults) report('error', 'syntax-error', message, range);
  // The meaning of invalid HCL would be a guess.
  if (faults.length > 0) return [];
  const resources = blocks.filter(({ type, labels }) => type === 'resource' && labels[0] === IMAGE_RESOURCE);
  const scope = scopeOf(blocks);
  const imported = importedIds(blocks, report);
  const members = sharedWith(blocks, scope, report);
  return resources.flatMap((block) => {
    const copies = copiesOf(block, scope);
    if ('name' in copies) {
      const message = `"${copies.name}" generates resources when Terraform runs. Write each resource separately, or import the output of "terraform show -json".`;
      report('error', 'terraform-expression', message, copies.nameRange);
      for (const inner of block.blocks) reportOldBlock(inner, report);
      return [];
    }
    const cloud = cloudOf(block, blocks, report);
    return copies.flatMap((copy) => {
      const [id, projects] = [imported.get(copy.address), members.get(copy.address)];
      const further = {
        ...(cloud === undefined ? {} : { cloud }),
        ...(id === undefined ? {} : { image_id: id.toLowerCase() }),
        ...(projects === undefined ? {} : { members: projects }),
      };
      return readResource(block, copy, further, report) ?? [];
    });
  });
}

/** Several definitions as one file. */
export function definitionsText(definitions: readonly TerraformDefinition[]): string {
  const [only] = definitions;
  if (definitions.length === 1 && only !== undefined) return only.text;
  return `[\n${definitions.map(({ text }) => text.trimEnd()).join(',\n')}\n]\n`;
}

/** The ids of `import` blocks, by the label of their resource. */
function importedIds(blocks: readonly Block[], report: ReportTerraform): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { type, attributes } of blocks) {
    if (type !== 'import') continue;
    const to = attributes.find(({ name }) => name === 'to');
    const label = addressIn(to?.text ?? '');
    if (label === undefined) continue;
    const id = attributes.find(({ name }) => name === 'id');
    if (id?.value?.kind === 'string') ids.set(label, id.value.value);
    else if (id !== undefined) {
      report('error', 'terraform-expression', 'The id to import is an expression. Write the UUID.', id.valueRange);
    }
  }
  return ids;
}
