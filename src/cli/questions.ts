import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { harmless } from './terminal.ts';

/** What questions are asked with. */
export interface QuestionsOptions {
  readonly input: Readable;
  readonly output: NodeJS.WritableStream;
  /** Fires on Ctrl+C: a question that is open then ends with an `AbortError`. */
  readonly signal: AbortSignal;
  /** While a question is open, Ctrl+C comes as a key and not as a signal. */
  readonly interrupt: () => void;
}

/** Asks a person, one question after the other. */
export class Questions {
  readonly #options: QuestionsOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Only `yes` is yes; the end of the input is no. Throws `AbortError` on Ctrl+C. */
  async yes(question: string): Promise<boolean> {
    const answer = await this.#next(() => this.#ask(`${question} Only "yes" is accepted`, true));
    return answer?.trim().toLowerCase() === 'yes';
  }

  /** Asks for a secret without showing it. `undefined` where nothing was typed. Throws `AbortError` on Ctrl+C. */
  async secret(question: string): Promise<string | undefined> {
    const answer = await this.#next(() => this.#ask(question, false));
    return answer === '' ? undefined : answer;
  }

  async #next<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#last.then(ask, ask);
    this.#last = turn;
    return turn;
  }

  async #ask(question: string, shown: boolean): Promise<string | undefined> {
    const { input, output, signal, interrupt } = this.#options;
    signal.throwIfAborted();
    const asking = createInterface(shown ? { input, output } : { input, output: nowhere(), terminal: true });
    const endLine = (): void => void output.write('\n');
    asking.on('SIGINT', () => {
      endLine();
      interrupt();
    });
    // readline leaves a question open for ever when its input ends.
    const ended = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
    const words = `${harmless(question)}: `;
    // Only now that nothing is echoed any more.
    if (!shown) output.write(words);
    try {
      const answer = await Promise.race([asking.question(shown ? words : '', { signal }), ended]);
      if (answer === undefined || !shown) endLine();
      return answer;
    } finally {
      asking.close();
    }
  }
}

/** Takes what readline would echo. */
function nowhere(): Writable {
  return new Writable({ write: (_piece, _encoding, done) => done() });
}
