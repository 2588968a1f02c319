import { oneLine, quote } from '../../quote.ts';

const INDENT = '  ';

/** Longer lists get a line for each item. */
const WIDTH = 100;

/** A text as line comments, one for each of its lines. Nothing in it can end the comment. */
export function commentLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => `// ${oneLine(line)}`.trimEnd());
}

/** A member of an object, with the comment above it; `members` instead of `value` for an object with its own comments. */
export interface MemberText {
  readonly name: string;
  readonly value?: unknown;
  readonly members?: readonly MemberText[];
  readonly comment?: string | undefined;
}

/** A value as pretty JSON; `depth` is that of the line it begins on. */
export function valueText(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return listText(value, depth);
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => ({ name, value: member }));
  return objectText(members, depth);
}

/** An object with a line for each member. */
export function objectText(members: readonly MemberText[], depth: number): string {
  if (members.length === 0) return '{}';
  const inner = INDENT.repeat(depth + 1);
  const lines = members.flatMap(({ name, value, members: nested, comment }, index) => {
    const text = nested === undefined ? valueText(value, depth + 1) : objectText(nested, depth + 1);
    const comma = index === members.length - 1 ? '' : ',';
    return [...(comment === undefined ? [] : commentLines(comment)), `${quote(name)}: ${text}${comma}`];
  });
  return `{\n${lines.map((line) => `${inner}${line}\n`).join('')}${INDENT.repeat(depth)}}`;
}

function listText(items: readonly unknown[], depth: number): string {
  const texts = items.map((item) => valueText(item, depth + 1));
  const inline = `[${texts.join(', ')}]`;
  if (inline.length + depth * INDENT.length <= WIDTH && !inline.includes('\n')) return inline;
  const inner = INDENT.repeat(depth + 1);
  return `[\n${texts.map((text) => `${inner}${text}`).join(',\n')}\n${INDENT.repeat(depth)}]`;
}
