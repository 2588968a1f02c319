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
    const { output } = this.#options;
    const answer = await this.#next(() => this.#ask(`${harmless(question)} Only "yes" is accepted: `, output, {}));
    return answer?.trim().toLowerCase() === 'yes';
  }

  /** Asks for a secret without showing it. `undefined` where nothing was typed. Throws `AbortError` on Ctrl+C. */
  async secret(question: string): Promise<string | undefined> {
    const { output } = this.#options;
    return this.#next(async () => {
      output.write(`${harmless(question)}: `);
      const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
      try {
        const answer = await this.#ask('', nowhere, { terminal: true });
        return answer === '' ? undefined : answer;
      } finally {
        output.write('\n');
      }
    });
  }

  async #next<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#last.then(ask, ask);
    this.#last = turn;
    return turn;
  }

  async #ask(
    question: string,
    output: NodeJS.WritableStream,
    options: { readonly terminal?: boolean },
  ): Promise<string | undefined> {
    const { input, signal, interrupt } = this.#options;
    signal.throwIfAborted();
    const asking = createInterface({ input, output, ...options });
    asking.on('SIGINT', interrupt);
    // readline leaves a question open for ever when its input ends.
    const ended = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
    try {
      return await Promise.race([asking.question(question, { signal }), ended]);
    } finally {
      asking.close();
    }
  }
}
