import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where the command line writes: results on standard output, everything else on standard error. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #errors: NodeJS.WriteStream;
  readonly #json: boolean;

  /** @param json whether standard output belongs to one document, so that words go to standard error */
  constructor(out: NodeJS.WriteStream, errors: NodeJS.WriteStream, json: boolean) {
    this.#out = out;
    this.#errors = errors;
    this.#json = json;
  }

  /** Whether a person watches what is written besides documents. */
  get interactive(): boolean {
    return this.#words.isTTY;
  }

  /** One line for people. Text from servers and files is made harmless. */
  line(text = '', style?: Style): void {
    this.#write(this.#words, text, style);
  }

  /** One line about a problem, always on standard error. */
  problem(text: string, style?: Style): void {
    this.#write(this.#errors, text, style);
  }

  /** The one document of `--json`. */
  document(value: unknown): void {
    this.#out.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Raw text on standard output, e.g. a definition. */
  text(value: string): void {
    this.#out.write(value.endsWith('\n') ? value : `${value}\n`);
  }

  get #words(): NodeJS.WriteStream {
    return this.#json ? this.#errors : this.#out;
  }

  #write(stream: NodeJS.WriteStream, text: string, style: Style | undefined): void {
    const clean = harmless(text);
    stream.write(`${style === undefined ? clean : styleText(style, clean, { stream })}\n`);
  }
}

/** Text without escape sequences, control characters and marks that turn the writing direction: names come from strangers. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' || character === '\t' ? character : ' ',
  );
}
