import type { SourceImageArgument } from '../definition.ts';
import { readStringMembers } from './read-lists.ts';
import { reportWrongType, type Reading } from './reader.ts';
import { checkFormat } from './string-formats.ts';
import type { SyntaxNode } from '../text/syntax-tree.ts';

/** `{cloud, region, image_id}` of an image that is a source. */
export function readSourceImage(name: string, node: SyntaxNode, reading: Reading): SourceImageArgument | null {
  if (node.type !== 'object') return reportWrongType(reading, `"${name}"`, 'an object', node);
  const written = readStringMembers(`"${name}"`, node, ['cloud', 'region', 'image_id'], reading);
  const cloud = written.get('cloud');
  const region = written.get('region');
  const id = written.get('image_id');
  for (const { key, value } of node.members) {
    if (written.get(key)?.trim() === '')
      reading.report('error', 'empty-value', `"${key}" must not be empty.`, value.range);
    else if (key === 'image_id' && id !== undefined) {
      const problem = checkFormat(key, 'uuid', id);
      if (problem !== undefined) reading.report('error', problem.code, problem.message, value.range, problem.fixes);
    }
  }
  if (cloud === undefined || id === undefined) {
    const missing = cloud === undefined ? '"cloud", an entry of clouds.yaml' : '"image_id", the id of an image';
    reading.report('error', 'missing-argument', `"${name}" needs ${missing}.`, node.range);
    return null;
  }
  return { cloud, ...(region === undefined ? {} : { region }), image_id: id.toLowerCase() };
}
