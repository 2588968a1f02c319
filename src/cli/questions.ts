import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on the terminal; only `yes` is yes. */
export async function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(question, { signal })).trim().toLowerCase() === 'yes';
  } finally {
    asking.close();
  }
}

/** Asks for a secret without showing it. `undefined` where nothing was typed. */
export async function askHidden(question: string): Promise<string | undefined> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const answer = await asking.question('');
    return answer === '' ? undefined : answer;
  } finally {
    asking.close();
    process.stderr.write('\n');
  }
}
