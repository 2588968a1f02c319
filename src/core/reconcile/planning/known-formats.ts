import type { Situation } from './plan-input.ts';

/** Disk formats that nearly every Glance takes in a `bare` container. */
const USUAL: ReadonlySet<string> = new Set(['raw', 'qcow2']);

/**
 * Whether a region need not be asked which formats it takes: because an image of the project has those of the definition, or
 * because they are the usual ones and nothing is downloaded before Glance can refuse them. It does so as it is asked for
 * the image, before a byte is sent.
 */
export function takesFormats({
  definition,
  candidates,
  source,
}: Pick<Situation, 'definition' | 'candidates' | 'source'>): boolean {
  const { disk_format: disk, container_format: container } = definition.arguments;
  const isTaken = candidates.some((image) => image.disk_format === disk && image.container_format === container);
  return isTaken || (source.kind === 'file' && container === 'bare' && USUAL.has(disk));
}
