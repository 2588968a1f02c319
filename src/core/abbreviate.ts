/** Characters of a value that are shown. Longer ones fill a screen, and nobody reads them there. */
const SHOWN_AT_MOST = 2000;

/** A value as people are shown it: the beginning of a very long one, and how long it is. Documents for programs have it whole. */
export function abbreviated(text: string): string {
  if (text.length <= SHOWN_AT_MOST) return text;
  const begin = text.slice(0, SHOWN_AT_MOST).replace(/[\ud800-\udbff]$/, '');
  return `${begin}… (${text.length} characters)`;
}
