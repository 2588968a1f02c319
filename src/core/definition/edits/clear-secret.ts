import { readAddress } from '../../source/url/address.ts';
import { applyEdits, setArgument, type TextEdit } from './edit.ts';
import { definitionIndexAt, differenceOf, fixEdits } from './fix.ts';
import { objectsOf, stringIn } from '../text/cursor.ts';
import { readSyntaxTree, type LiteralNode, type SyntaxNode } from '../text/syntax-tree.ts';

type StringNode = Extract<LiteralNode, { type: 'string' }>;

/** A plain-text secret in a definition. */
export interface ClearSecret {
  readonly secret: string;
  /** Where it is sent: scheme, host and port of `image_source_url`. Empty if there is none. */
  readonly origin: string;
  /** The edits that replace the secret by a reference; comments and layout stay. */
  readonly referTo: (name: string) => readonly TextEdit[];
}

/** The secret at a position of a text: a password, or the one in an address. `undefined` if there is none. */
export function clearSecretAt(text: string, offset: number): ClearSecret | undefined {
  const literal = stringAt(readSyntaxTree(text).root, offset);
  if (literal === undefined) return undefined;
  const index = definitionIndexAt(text, offset);
  const url = stringIn(objectsOf(text)[index], 'image_source_url') ?? '';
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  const isAddress = /^https?:\/\//i.test(literal.value) && literal.value === url && origin !== '';
  if (!isAddress) {
    return {
      secret: literal.value,
      origin,
      referTo: (name) => fixEdits(text, literal.range, { kind: 'set-value', value: reference(name) }),
    };
  }
  const { username, password } = readAddress(url);
  if (password === undefined) return undefined;
  const referTo = (name: string): readonly TextEdit[] => {
    const rest = url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
    let edited = applyEdits(text, setArgument(text, index, 'image_source_url', rest));
    if (username !== undefined)
      edited = applyEdits(edited, setArgument(edited, index, 'image_source_username', username));
    edited = applyEdits(edited, setArgument(edited, index, 'image_source_password', reference(name)));
    return [differenceOf(text, edited)];
  };
  return { secret: password, origin, referTo };
}

function reference(name: string): string {
  return `\${secret:${name}}`;
}

function stringAt(root: SyntaxNode | undefined, offset: number): StringNode | undefined {
  let node = root;
  while (node?.type === 'object' || node?.type === 'array') {
    const inside = node.type === 'object' ? node.members.map(({ value }) => value) : node.items;
    node = inside.find(({ range }) => range.offset <= offset && offset < range.offset + range.length);
  }
  return node?.type === 'string' && node.range.offset === offset ? node : undefined;
}
