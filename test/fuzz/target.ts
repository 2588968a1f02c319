/** A parser of text from outside, with what it is fed and what must hold of what it makes. */
export interface Target {
  /** `area: parser`. */
  readonly name: string;
  /** `json` mutates values, not letters; the parser gets the text of it. */
  readonly kind: 'text' | 'json' | 'bytes';
  /** Inputs that are well formed, to begin from. */
  readonly samples: readonly (string | Uint8Array)[];
  /** Words of the language, put in here and there. */
  readonly words?: readonly string[];
  /** Characters or bytes that an input may grow to. */
  readonly largest: number;
  /** ms of its turn, where an execution takes longer than most. */
  readonly turn?: number;
  /**
   * Parses. What it throws is a finding unless it is a `Failure`. @param random for what else the parser takes, as a place in
   * the text. Returns what is wrong with what came out, in words, `undefined` where all is well.
   */
  readonly run: (input: Input, random: Dice) => Promise<string | undefined> | string | undefined;
}

/** One input, as text and as the bytes of it. */
export interface Input {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The text as JSON; `undefined` where it is none. */
  readonly value: unknown;
}

/** What a target may draw. */
export interface Dice {
  int(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

/** A target whose result is not looked at: it must end, and throw nothing but what it says. */
export function parses(run: (input: Input, random: Dice) => unknown): Target['run'] {
  return async (input, random) => {
    await run(input, random);
    return undefined;
  };
}

/** What terminals, editors and bidirectional text act upon. */
// eslint-disable-next-line no-control-regex -- these are what must not come through
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** A target whose result is shown to people: one line, of at most so many characters, that does nothing. */
export function shows(most: number, run: (input: Input, random: Dice) => string): Target['run'] {
  return (input, random) => {
    const text = run(input, random);
    if (text.length > most) return `it makes ${String(text.length)} characters of ${String(input.text.length)}`;
    const active = ACTIVE.exec(text);
    return active === null ? undefined : `${JSON.stringify(active[0])} comes through`;
  };
}
