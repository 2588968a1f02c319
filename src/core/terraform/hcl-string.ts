/** Control, invisible and direction-changing characters, which could disguise a text. They are escaped. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A quoted string of HCL without templates
 * (https://developer.hashicorp.com/terraform/language/expressions/strings).
 */
export function hclString(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    // Several dollars before a brace are ambiguous: all but the last are escaped.
    .replace(
      /(?<![$%])([$%]+)\{/g,
      (_, run: string) => `${run.slice(0, -1).replace(/[$%]/g, unicode)}${run.at(-1)}${run.at(-1)}{`,
    )
    .replace(UNSEEN, (character) => NAMED[character] ?? unicode(character));
  return `"${escaped}"`;
}

/** Line comments of HCL; nothing in the text can end them. */
export function hclComment(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => `# ${line.replace(UNSEEN, unicode)}`.trimEnd());
}

function unicode(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return point > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
