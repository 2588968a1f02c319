import type { Definition } from '../definition/definition.ts';
import type { Problem } from '../problem.ts';
import type { AddressKind } from '../source/url/address.ts';
import { problemAt } from './problem-at.ts';
import type { RemoteFacts } from './types.ts';

/** The argument that names a definition's source. */
export function sourceArgument({ arguments: { image_source_url: url } }: Definition): string {
  return url === undefined ? 'local_file_path' : 'image_source_url';
}

/** Says where a source comes from, where that is not the public network: a definition may be a stranger's. */
export function networkProblems(
  definition: Definition,
  { name }: RemoteFacts,
  network: AddressKind,
): readonly Problem[] {
  if (network === 'public') return [];
  const where = network === 'loopback' ? 'this machine itself' : 'a private network';
  const text = `The source ${name} is fetched from ${where}.`;
  return [problemAt(definition, 'information', 'source-not-public', text, sourceArgument(definition))];
}
