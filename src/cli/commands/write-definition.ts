import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { writeNew } from '../../node/files/strict-files.ts';
import type { Terminal } from '../terminal.ts';

/** Prints a definition, or writes it into a file that does not exist yet. Throws `file-not-written`. */
export async function writeDefinition(
  text: string,
  output: string | undefined,
  terminal: Terminal,
  folder: string,
): Promise<void> {
  if (output === undefined) {
    terminal.text(text);
    return;
  }
  await writeNewFile(resolve(folder, output), text);
  terminal.problem(`Wrote ${output}.`, 'green');
}

async function writeNewFile(path: string, text: string): Promise<void> {
  try {
    await writeNew(path, text);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists ? 'it exists already' : error instanceof Error ? error.message : String(error);
    throw new Failure('file-not-written', `"${path}" was not written: ${why}.`, {
      next: 'Name another file with -o.',
      cause: error,
    });
  }
}
