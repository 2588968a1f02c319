/**
 * Sequences that terminals act upon (ECMA-48): CSI, OSC with its end where it has one, and those of two characters. No part of it
 * reads over the next sequence, so that many that do not end take no longer, and nothing behind one is hidden.
 */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- these are what has to go
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)(?:[^\u0007\u001b\u009c\u009d]*(?:\u0007|\u001b\\|\u009c))?|\u001b[ -/]*[0-~]/g;

/**
 * A text without whole escape sequences of terminals; single control characters stay. Takes time in proportion to its length, unlike
 * `stripVTControlCharacters` of Node.js, which a MiB of its own making keeps for minutes.
 */
export function withoutControlSequences(text: string): string {
  return text.replace(SEQUENCE, '');
}
