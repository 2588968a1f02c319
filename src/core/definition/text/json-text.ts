/** Control characters, invisible and direction-changing ones: as escapes they can't make a text look like another one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const INDENT = '  ';

/** Longer lists get a line for each item. */
const WIDTH = 100;

/** A JSON string whose every character can be seen. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, escape);
}

/** A text as line comments, one for each of its lines. Nothing in it can end the comment. */
export function commentLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => `// ${line.replace(UNSEEN, escape)}`.trimEnd());
}

/** A text in one line, for the middle of a comment. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, escape);
}

/** A member of an object, with what stands over it; `members` in place of `value` for an object with comments of its own. */
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

function escape(character: string): string {
  // Unit by unit: JSON has no other escapes.
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
