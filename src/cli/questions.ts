import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { harmless } from './terminal.ts';

/** Input and output for questions. */
export interface QuestionsOptions {
  readonly input: Readable;
  readonly output: NodeJS.WritableStream;
  /** Fires on Ctrl+C: an open question then rejects with an `AbortError`. */
  readonly signal: AbortSignal;
  /** Called for Ctrl+C during a question, which arrives as a key and not as a signal. */
  readonly interrupt: () => void;
}

/** Asks the user one question at a time. */
export class Questions {
  readonly #options: QuestionsOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Only `yes` means yes; the end of the input means no. Throws `AbortError` on Ctrl+C. */
  async yes(question: string): Promise<boolean> {
    const answer = await this.#next(() => this.#ask(`${question} Only "yes" will be accepted`, true));
    return answer?.trim().toLowerCase() === 'yes';
  }

  /** Asks for a secret without showing it. `undefined` if nothing was typed. Throws `AbortError` on Ctrl+C. */
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
    // readline never answers a question if its input ends.
    const ended = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
    const words = `${harmless(question)}: `;
    // Only after echo is off.
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

/** Swallows readline's echo. */
function nowhere(): Writable {
  return new Writable({ write: (_piece, _encoding, done) => done() });
}
