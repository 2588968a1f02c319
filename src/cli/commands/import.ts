import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { chosenPlaces, findImage } from './places.ts';

/** `import ID…`: definitions of images, on standard output or into a file that does not exist yet. */
export async function importImages(
  ids: readonly string[],
  options: CommonOptions & { readonly output?: string },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal, engine, folder, signal } = surroundings;
  const places = await chosenPlaces(options, surroundings);
  const texts: string[] = [];
  for (const id of new Set(ids)) {
    const { place, image } = await findImage(id, places, surroundings);
    texts.push(await engine.importImage(place, image.id, signal));
  }
  const [only] = texts;
  const text =
    texts.length === 1 && only !== undefined ? only : `[\n${texts.map((each) => each.trimEnd()).join(',\n')}\n]\n`;
  if (options.output === undefined) {
    terminal.text(text);
    return EXIT.done;
  }
  await writeNew(resolve(folder, options.output), text);
  terminal.problem(`Wrote ${options.output}.`, 'green');
  return EXIT.done;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists ? 'it exists already' : error instanceof Error ? error.message : String(error);
    throw new Failure('file-not-written', `"${path}" was not written: ${why}.`, {
      next: 'Name another file with -o.',
      cause: error,
    });
  }
}
