import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { definitionsText, readTerraform } from '../../core/terraform/read.ts';
import { readTextFile } from '../../node/files/text-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { showFileProblems } from './show-plans.ts';
import { writeDefinition } from './write-definition.ts';

/** As much as a file of definitions may have. */
const TERRAFORM_FILE_BYTES = 4 * 1024 * 1024;

/** `import --terraform FILE`: the image resources of a Terraform file as definitions. Asks no cloud. */
export async function importTerraform(
  name: string,
  options: { readonly output?: string },
  terminal: Terminal,
  folder: string,
): Promise<ExitCode> {
  const file = resolve(folder, name);
  const text = await readTextFile(file, { atMost: TERRAFORM_FILE_BYTES }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('file-unreadable', `"${file}" can't be read: ${why}`, { cause: error });
  });
  const { definitions, problems } = readTerraform(text);
  if (showFileProblems([{ file, text, definitions: [], problems }], terminal, folder)) return EXIT.failed;
  await writeDefinition(definitionsText(definitions), options.output, terminal, folder);
  return EXIT.done;
}
