import { quotedName } from './flaw.ts';
import type { HeaderReader } from './header-reader.ts';
import type { TextFinding, TextKind } from './inspection.ts';

/** Bytes that are looked at. A disk that begins with this much text does not exist. */
const HEAD_BYTES = 4096;

/** What text begins with, most specific first. */
const BEGINNINGS: readonly (readonly [TextKind, RegExp])[] = [
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  ['git-lfs-pointer', /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//],
  // https://git-annex.branchable.com/internals/pointer_file/
  ['git-annex-pointer', /^\/annex\/objects\//],
  ['html', /^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|\s)*<(?:!doctype\s+html|html|head|body|title|script|meta)\b/i],
  ['xml', /^<(?:\?xml|!doctype|!--|[a-z][\w.:-]*[\s/>])/i],
  ['json', /^(?:\{\s*(?:"|\}|$)|\[\s*(?:["{[\]\d]|$))/],
];

/** What a file is that holds text; `undefined` for anything else, and for no bytes. */
export async function readText(file: HeaderReader): Promise<TextFinding | undefined> {
  const head = await file.bytes(0, HEAD_BYTES);
  const text = decoded(head.subarray(0, head.length))?.trim();
  if (text === undefined || text === '') return undefined;
  const kind = BEGINNINGS.find(([, begins]) => begins.test(text))?.[0] ?? 'plain';
  return { kind, begins: quotedName(text.split(/[\r\n]/, 1)[0] ?? '') };
}

/** The text that bytes are, in UTF-8, an 8-bit encoding or UTF-16 with its mark; `undefined` if they are no text. */
function decoded(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return readable(new TextDecoder('utf-16le').decode(bytes));
  if (first === 0xfe && second === 0xff) return readable(new TextDecoder('utf-16be').decode(bytes));
  const text = readable(new TextDecoder('utf-8').decode(bytes));
  // Erased flash is all 0xff: mostly letters beyond ASCII are no text that a server sends.
  const ascii = bytes.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
  return text !== undefined && ascii * 2 > bytes.length ? text : undefined;
}

/** The same text if it holds no control character but those of texts. */
function readable(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? undefined : text;
}
