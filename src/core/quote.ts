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

/** Characters of a value that are shown. Longer ones fill a screen, and nobody reads them there. */
const SHOWN_AT_MOST = 2000;

/** A value as people are shown it: the beginning of a very long one, and how long it is. Documents for programs have it whole. */
export function abbreviated(text: string): string {
  if (text.length <= SHOWN_AT_MOST) return text;
  const begin = text.slice(0, SHOWN_AT_MOST).replace(/[\ud800-\udbff]$/, '');
  return `${begin}… (${text.length} characters)`;
}

/**
 * Escape sequences of terminals (ECMA-48): CSI, OSC with an optional end, and those of two characters. No part of the pattern
 * extends over the next sequence, so many unterminated ones take linear time, and no text after one is hidden.
 */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- these are what has to go
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)(?:[^\u0007\u001b\u009c\u009d]*(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]/g;

/**
 * Removes complete escape sequences; single control characters stay. Takes linear time, unlike
 * `stripVTControlCharacters` of Node.js, which a crafted MiB blocks for minutes.
 */
export function withoutControlSequences(text: string): string {
  return text.replace(SEQUENCE, '');
}
