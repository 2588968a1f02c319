/** Characters of a message; VS Code cuts at 1,000. */
const MESSAGE_AT_MOST = 4096;
/** Characters that are not seen or turn the writing direction. Line breaks stay: modals have them. */
// eslint-disable-next-line no-control-regex -- these are what has to go
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A text as VS Code's notifications, progress, prompts and modals show it: exactly these words. They make links of `[words](address)`,
 * `command:` among the addresses (src/vs/base/common/linkedText.ts of VS Code), so that nothing may follow a `]` at once that
 * opens an address.
 */
export function plainMessage(text: string): string {
  const short = text.length > MESSAGE_AT_MOST ? `${text.slice(0, MESSAGE_AT_MOST)}…` : text;
  return short.replace(UNSEEN, ' ').replaceAll('](', '] (');
}

/** A text as VS Code shows it where it makes icons of `$(name)`: labels of quick picks, code lenses and the status bar. */
export function plainLabel(text: string): string {
  return plainMessage(text).replaceAll('$(', '$ (');
}
