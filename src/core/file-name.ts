/** Characters that become a hyphen in a file name. */
const HARMFUL = /[^\p{L}\p{N}._-]+/gu;
/** Invisible letters: the fillers of Hangul. */
const UNSEEN = /[\u115f\u1160\u3164\uffa0]/g;
/** Reserved device names of Windows, with any extension (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const DEVICES = /^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])(?:\.|$)/i;
/** In UTF-8. File systems allow 255, and a temporary name adds some 45. */
const BYTES_AT_MOST = 192;
const ENDING_AT_MOST = 16;
/** Characters of the input that are used. */
const READ_AT_MOST = 1024;

/**
 * A file name without extension from an untrusted text, such as an image's name: no path, no control or direction
 * mark, not hidden, no device of Windows, and short enough for every file system. Empty if nothing is left.
 * @param atMost characters
 */
export function fileNameOf(text: string, atMost: number): string {
  const plain = text.slice(0, READ_AT_MOST).normalize('NFC').replace(UNSEEN, '').replace(HARMFUL, '-');
  const stem = withoutDotsAtTheEnd(cut(plain.replace(/^[-.]+/, ''), atMost));
  return DEVICES.test(stem) ? '' : stem;
}

/** A file extension without its dot from an untrusted text, such as a disk format; empty if nothing is left. */
export function fileEndingOf(text: string): string {
  return text
    .slice(0, READ_AT_MOST)
    .replace(/[^a-z0-9]+/gi, '')
    .slice(0, ENDING_AT_MOST);
}

/** Cuts a text to whole characters that fit. */
function cut(text: string, atMost: number): string {
  let bytes = 0;
  let kept = '';
  let count = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    count += 1;
    if (bytes > BYTES_AT_MOST || count > atMost) break;
    kept += character;
  }
  return kept;
}

function withoutDotsAtTheEnd(text: string): string {
  return text.replace(/(?<![-.])[-.]+$/, '');
}

const LONGEST = 80;

/** A file name, without its ending, for something with this name, which a stranger may have chosen. */
export function fileNameFor(name: string): string {
  return fileNameOf(name, LONGEST) || 'image';
}
