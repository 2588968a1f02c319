import { styleText } from 'node:util';
import { withoutControlSequences } from '../core/quote.ts';

type Style = Parameters<typeof styleText>[0];

/** Where the command line writes: results on standard output, everything else on standard error. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #errors: NodeJS.WriteStream;
  readonly #json: boolean;
  #detour: ((text: string) => void) | undefined;

  /** @param json whether standard output is one JSON document, so that text goes to standard error */
  constructor(out: NodeJS.WriteStream, errors: NodeJS.WriteStream, json: boolean) {
    this.#out = out;
    this.#errors = errors;
    this.#json = json;
  }

  /** Whether output goes to a terminal that can show progress bars. */
  get animated(): boolean {
    return this.#words.isTTY && this.#errors.isTTY;
  }

  /** One line for people. Text from servers and files is made harmless. */
  line(text: string, style?: Style): void {
    this.#write(this.#words, text, style);
  }

  /** One line about a problem, always on standard error. */
  problem(text: string, style?: Style): void {
    this.#write(this.#errors, text, style);
  }

  /** The one document of `--json`. */
  document(value: unknown): void {
    this.#out.write(`${escaped(JSON.stringify(value, undefined, 2))}\n`);
  }

  /** A text of JSON with comments on standard output, as it is. */
  text(value: string): void {
    this.#out.write(escaped(value.endsWith('\n') ? value : `${value}\n`));
  }

  /** While progress bars are shown, lines go through `detour`, or the bars would overwrite them. */
  divert(detour: ((text: string) => void) | undefined): void {
    this.#detour = detour;
  }

  get #words(): NodeJS.WriteStream {
    return this.#json ? this.#errors : this.#out;
  }

  #write(stream: NodeJS.WriteStream, text: string, style: Style | undefined): void {
    const clean = harmless(text);
    const line = `${style === undefined ? clean : styleText(style, clean, { stream })}\n`;
    if (this.#detour !== undefined && stream.isTTY) this.#detour(line);
    else stream.write(line);
  }
}

/** Control characters, line separators, and marks that change the writing direction. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text on one line, without escape sequences and characters that could disguise it: names come from strangers. */
export function harmless(text: string): string {
  return withoutControlSequences(text).replace(HARMFUL, ' ');
}

/** Equivalent JSON that is harmless for a terminal. */
function escaped(json: string): string {
  return json.replace(HARMFUL, (character) => {
    if (character === '\n' || character === '\r' || character === '\t') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
