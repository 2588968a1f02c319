/** Control, invisible and direction-changing characters, which could disguise a text. They are escaped. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A JSON string with only visible characters. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, escape);
}

function escape(character: string): string {
  // By UTF-16 code units: JSON has no other escapes.
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A text on one line, for use within a comment. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, escape);
}
