import { resolve } from 'node:path';
import { Failure, messageOf, systemCode } from '../../core/failure.ts';
import { definitionsText, readTerraform } from '../../core/terraform/read.ts';
import { writeNew } from '../../node/files/strict-files.ts';
import { readTextFile } from '../../node/files/text-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommonOptions, CommandDeps } from '../command-deps.ts';
import type { Terminal } from '../terminal.ts';
import { chosenPlaces, findImage } from './places.ts';
import { showFileProblems } from './show-plans.ts';

/** The limit of a definition file. */
const TERRAFORM_FILE_BYTES = 4 * 1024 * 1024;

/** `import ID…`: definitions of images, on standard output or into a file that does not exist yet. */
export async function importImages(
  ids: readonly string[],
  options: CommonOptions & { readonly output?: string },
  deps: CommandDeps,
): Promise<ExitCode> {
  const { terminal, engine, folder, signal } = deps;
  const places = await chosenPlaces(options, deps);
  const texts: string[] = [];
  for (const id of new Set(ids)) {
    const { place, image } = await findImage(id, places, deps);
    texts.push(await engine.importImage(place, image.id, signal));
  }
  const [only] = texts;
  const text =
    texts.length === 1 && only !== undefined ? only : `[\n${texts.map((each) => each.trimEnd()).join(',\n')}\n]\n`;
  await writeDefinition(text, options.output, terminal, folder);
  return EXIT.done;
}

/** `import --terraform FILE`: the image resources of a Terraform file, or of what `terraform show -json` prints, as definitions. Asks no cloud. */
export async function importTerraform(
  name: string,
  options: { readonly output?: string },
  terminal: Terminal,
  folder: string,
): Promise<ExitCode> {
  const file = resolve(folder, name);
  const text = await readTextFile(file, { atMost: TERRAFORM_FILE_BYTES }).catch((error: unknown) => {
    const why = messageOf(error);
    throw new Failure('file-unreadable', `"${file}" can't be read: ${why}`, { cause: error });
  });
  const { definitions, problems } = readTerraform(text);
  // What can't be read does not keep the rest from being written.
  const failed = showFileProblems([{ file, text, definitions: [], problems }], terminal, folder);
  if (definitions.length > 0) await writeDefinition(definitionsText(definitions), options.output, terminal, folder);
  return failed ? EXIT.failed : EXIT.done;
}

/** Prints a definition, or writes it into a file that does not exist yet. Throws `file-not-written`. */
async function writeDefinition(
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
    const exists = systemCode(error) === 'EEXIST';
    const why = exists ? 'it already exists' : messageOf(error);
    throw new Failure('file-not-written', `"${path}" was not written: ${why}.`, {
      next: 'Give another file with -o.',
      cause: error,
    });
  }
}
