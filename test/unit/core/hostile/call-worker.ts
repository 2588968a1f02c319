import { parentPort, workerData } from 'node:worker_threads';

/** A function of a module, called with one text after the other. */
export interface Calls {
  /** URL of the module. */
  readonly module: string;
  readonly name: string;
  readonly texts: readonly string[];
  /** Builds the argument from a text: `body` of an HTTP answer, or the text itself. */
  readonly as: 'answer' | 'text';
}

const { module, name, texts, as } = workerData as Calls;
const loaded = (await import(module)) as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
for (const text of texts) {
  try {
    loaded[name]?.(as === 'answer' ? { status: 400, headers: {}, body: text } : text, 'x', 'x');
  } catch (error) {
    // To refuse it is as good as to read it.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
  }
}
parentPort?.postMessage('done');
