import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, Surroundings } from '../surroundings.ts';
import { chosenPlaces, findImage } from './places.ts';
import { writeDefinition } from './write-definition.ts';

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
  await writeDefinition(text, options.output, terminal, folder);
  return EXIT.done;
}
