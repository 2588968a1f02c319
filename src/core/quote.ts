/** Control characters, invisible and direction-changing ones: as escapes they can't make a text look like another one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A JSON string whose every character can be seen. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, escape);
}

function escape(character: string): string {
  // Unit by unit: JSON has no other escapes.
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A text in one line, for the middle of a comment. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, escape);
}
