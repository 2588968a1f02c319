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
