import type { Argument } from '../argument.ts';
import {
  describeArgument,
  describeProperty,
  MEMBER_FIELDS,
  TIMEOUT_FIELDS,
  type ArgumentField,
} from './argument-words.ts';
import { ARGUMENTS } from '../arguments.ts';
import { isForbiddenBy } from '../reading/conflicts.ts';
import type { Cursor } from '../text/cursor.ts';
import type { ObjectNode, SyntaxNode } from '../text/syntax-tree.ts';
import { WELL_KNOWN_PROPERTIES } from './well-known-properties.ts';
import { quote } from '../../quote.ts';

/** A name that can be written at the cursor. */
export interface OfferedName {
  readonly name: string;
  /** Markdown. */
  readonly documentation: string;
  /** The value that follows it, as a snippet of VS Code. */
  readonly value: string;
  /** Whether a definition needs it. */
  readonly required: boolean;
  /** Whether values are offered at the snippet's first tab stop. */
  readonly asks: boolean;
}

/** How a value begins. */
type Begun = Pick<OfferedName, 'value' | 'asks'>;

/**
 * What can be written where the cursor is at a name, whatever the cloud, in the order in which definitions are written: no name
 * that is there already, and no argument that those which are there forbid.
 */
export function namesOffered(object: ObjectNode | undefined, { path }: Cursor): readonly OfferedName[] {
  const taken = namesAround(object, path);
  // The name at the cursor is about to be replaced.
  taken.delete(path.at(-1) ?? '');
  return namesAt(path, taken).filter(({ name }) => !taken.has(name));
}

/** The names in the object that a path leads into. */
export function namesAround(object: ObjectNode | undefined, path: readonly string[]): Set<string> {
  let node: SyntaxNode | undefined = object;
  for (const step of path.slice(0, -1)) {
    if (node?.type === 'array') node = node.items[Number(step)];
    else node = node?.type === 'object' ? node.members.find(({ key }) => key === step)?.value : undefined;
  }
  return new Set(node?.type === 'object' ? node.members.map(({ key }) => key) : []);
}

function namesAt(path: readonly string[], taken: ReadonlySet<string>): readonly OfferedName[] {
  if (path.length === 1)
    return ARGUMENTS.filter(({ name }) => !isForbiddenBy(taken, name)).map((argument) => ({
      name: argument.name,
      documentation: describeArgument(argument),
      required: argument.required === true,
      ...valueOf(argument),
    }));
  if (path.length === 2 && path[0] === 'properties')
    return WELL_KNOWN_PROPERTIES.map(({ name, description, values }) => ({
      name,
      documentation: describeProperty(description),
      required: false,
      ...propertyValue(values),
    }));
  if (path.length === 2 && path[0] === 'timeouts') return TIMEOUT_FIELDS.map(ofField);
  return path.length === 3 && path[0] === 'members' ? MEMBER_FIELDS.map(ofField) : [];
}

function ofField({ name, description, example }: ArgumentField): OfferedName {
  const value = example === undefined ? '"$1"' : `"\${1:${example}}"`;
  return { name, documentation: description, required: name === 'project', value, asks: example === undefined };
}

/** The beginning of a property's value: a string, because Glance stores strings. */
export function propertyValue(values: readonly string[]): Begun {
  return { value: '"$1"', asks: values.length > 0 };
}

/** The text to insert for a name: the name, a value if it has none yet, and a comma if one is needed. */
export function nameSnippet({ name, value }: Pick<OfferedName, 'name' | 'value'>, { follows }: Cursor): string {
  const written = quote(name).replace(/[\\$}]/g, '\\$&');
  if (follows === 'colon') return written;
  return `${written}: ${value}${follows === 'next' ? ',' : ''}`;
}

/** Arguments for which the cloud, the disk or the editor offers values. */
const KNOWN_VALUES: ReadonlySet<string> = new Set([
  'local_file_path',
  'image_source_checksum',
  'image_source_password',
  'image_cache_path',
  'region',
  'regions',
  'cloud',
  'stores',
  'members',
  'ignore',
]);

function valueOf({ name, type, fallback, examples }: Argument): Begun {
  const asks = KNOWN_VALUES.has(name);
  switch (type.kind) {
    case 'string':
      return { value: '"$1"', asks };
    case 'choice':
      return { value: '"$1"', asks: true };
    case 'strings':
    case 'members':
      return { value: '["$1"]', asks };
    case 'boolean':
      return { value: fallback === true ? '${1|false,true|}' : '${1|true,false|}', asks: false };
    case 'integer':
      return { value: `\${1:${JSON.stringify(examples[0] ?? type.minimum)}}`, asks: false };
    case 'properties':
      // Both complete sets and empty braces are offered.
      return { value: '$1', asks: true };
    case 'timeouts':
      return { value: '{ "create": "${1:30m}", "stall": "${2:2m}" }', asks: false };
  }
}
