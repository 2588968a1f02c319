import { ACCESS_RESOURCE, IMAGE_RESOURCE } from './arguments.ts';
import { copiesOf, valueOf } from './expand.ts';
import { textOf, type Scope } from './hcl-expression.ts';
import type { Block } from './hcl-parser.ts';
import type { ReportTerraform } from './read-arguments.ts';

/** The address of an image resource in a reference, e.g. `talos["a"]`; `undefined` for a reference to anything else. */
export function addressIn(reference: string): string | undefined {
  const [, label, index = ''] =
    new RegExp(`^${IMAGE_RESOURCE}\\s*\\.\\s*([\\w-]+)(\\[[^\\]]*\\])?(?:\\.id)?$`).exec(reference.trim()) ?? [];
  return label === undefined ? undefined : `${label}${index.replace(/\s/g, '')}`;
}

/**
 * The entry of `clouds.yaml` that the provider of a resource names: `provider = openstack.admin` means the block
 * `provider "openstack"` with that alias. Reports an alias that only Terraform knows the cloud of.
 */
export function cloudOf(resource: Block, blocks: readonly Block[], report: ReportTerraform): string | undefined {
  const written = resource.attributes.find(({ name }) => name === 'provider');
  const alias = /^"?openstack\.([\w-]+)"?$/.exec(written?.text.trim() ?? '')?.[1];
  const literal = (block: Block, name: string): string | undefined =>
    textOf(block.attributes.find((attribute) => attribute.name === name)?.value);
  const provider = blocks.find(
    (block) => block.type === 'provider' && block.labels[0] === 'openstack' && literal(block, 'alias') === alias,
  );
  const cloud = provider === undefined ? undefined : literal(provider, 'cloud');
  if (cloud === undefined && written !== undefined) {
    const message = `"provider" was left out: write the entry of clouds.yaml that ${written.text.trim()} means as "cloud".`;
    report('warning', 'left-out', message, written.nameRange);
  }
  return cloud;
}

/** The projects that images are shared with by resources of their own, by the addresses of the images. */
export function sharedWith(
  blocks: readonly Block[],
  scope: Scope,
  report: ReportTerraform,
): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, readonly string[]>();
  for (const block of blocks) {
    if (block.type !== 'resource' || block.labels[0] !== ACCESS_RESOURCE) continue;
    const image = block.attributes.find(({ name }) => name === 'image_id');
    const member = block.attributes.find(({ name }) => name === 'member_id');
    const address = addressIn(image?.text ?? '');
    const copies = copiesOf(block, scope);
    const projects =
      'name' in copies || member === undefined ? [] : copies.map((copy) => textOf(valueOf(member, copy.scope)));
    if (address === undefined || projects.length === 0 || projects.includes(undefined)) {
      const message = `Whom ${ACCESS_RESOURCE}.${block.labels[1] ?? ''} shares an image with was left out: write it as "members".`;
      report('warning', 'left-out', message, block.typeRange);
    } else members.set(address, [...(members.get(address) ?? []), ...projects.filter((each) => each !== undefined)]);
  }
  return members;
}
