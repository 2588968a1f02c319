/** What a file name is made of; anything else becomes a hyphen. */
const HARMFUL = /[^\p{L}\p{N}._-]+/gu;
/** Letters by their class that show nothing: the fillers of Hangul. */
const UNSEEN = /[\u115f\u1160\u3164\uffa0]/g;
/** Names that Windows keeps for devices, whatever their ending (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const DEVICES = /^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])(?:\.|$)/i;
/** UTF-8: file systems take 255, and a temporary name adds some 45. */
const BYTES_AT_MOST = 192;
const ENDING_AT_MOST = 16;
/** Of characters that are looked at. */
const READ_AT_MOST = 1024;

/**
 * A text from outside, such as the name of an image, as a file name without its ending: no path, no control or direction
 * mark, not hidden, no device of Windows, and short enough for every file system. Empty where nothing is left of it.
 * @param atMost characters
 */
export function fileNameOf(text: string, atMost: number): string {
  const plain = text.slice(0, READ_AT_MOST).normalize('NFC').replace(UNSEEN, '').replace(HARMFUL, '-');
  const stem = withoutDotsAtTheEnd(cut(plain.replace(/^[-.]+/, ''), atMost));
  return DEVICES.test(stem) ? '' : stem;
}

/** A text from outside, such as a disk format, as the ending of a file name, without its dot; empty where nothing is left. */
export function fileEndingOf(text: string): string {
  return text
    .slice(0, READ_AT_MOST)
    .replace(/[^a-z0-9]+/gi, '')
    .slice(0, ENDING_AT_MOST);
}

/** As many whole characters as there is room for. */
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
