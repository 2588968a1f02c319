import { renderArguments, type PartialArguments } from '../definition/writing/render.ts';
import { IMAGE_RESOURCE } from './arguments.ts';
import type { Copy } from './expand.ts';
import type { Block } from './hcl-parser.ts';
import { readArguments, type ReportTerraform } from './read-arguments.ts';

/** One resource of a Terraform file as a definition. */
export interface TerraformDefinition {
  /** Label of the resource. */
  readonly label: string;
  readonly name: string;
  /** A definition in JSONC that ends in a line break. */
  readonly text: string;
}

/**
 * One resource as a definition; `undefined` where it has an error.
 * @param further what is known of it from outside of its block
 */
export function readResource(
  block: Block,
  { address, scope }: Copy,
  further: PartialArguments,
  report: ReportTerraform,
): TerraformDefinition | undefined {
  const errors: string[] = [];
  const { arguments_, comments } = readArguments(block, scope, (severity, code, message, range) => {
    if (severity === 'error') errors.push(message);
    report(severity, code, message, range);
  });
  if (errors.length > 0) return undefined;
  const complete: PartialArguments = { ...further, ...arguments_ };
  const header = [`From Terraform: ${IMAGE_RESOURCE}.${address}`];
  const name = typeof complete.name === 'string' ? complete.name : address;
  return { label: address, name, text: renderArguments(complete, { header, comments }) };
}
