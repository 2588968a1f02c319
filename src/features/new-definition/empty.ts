import { renderArguments } from '../../core/definition/writing/render.ts';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/files/new-definition-file.ts';
import { askName } from './ask.ts';

/** *New Definition… › Empty*: asks for a name; what the image is made from is left to be written. */
export async function newEmptyDefinition(): Promise<void> {
  const folder = await workspaceFolderForNew();
  if (folder === 'declined') return;
  const name = await askName('');
  if (name === undefined) return;
  const arguments_ = { name, container_format: 'bare', disk_format: 'qcow2' };
  // Read by people of any language in their files: it stays as it is.
  const hint = 'The source: "local_file_path" or "image_source_url". An existing image needs neither.';
  await openNewDefinition(folder, name, renderArguments(arguments_, { header: [hint] }));
}
