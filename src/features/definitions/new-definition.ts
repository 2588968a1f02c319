import * as vscode from 'vscode';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/new-definition-file.ts';

/** *New Definition*: asks for a name and a local file, and opens a definition that can be applied at once. */
export async function newDefinition(): Promise<void> {
  const { t } = vscode.l10n;
  const folder = await workspaceFolderForNew();
  if (folder === 'declined') return;
  const name = await vscode.window.showInputBox({
    title: t('New Definition'),
    prompt: t('Name of the image'),
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === ''
        ? t('An image needs a name.')
        : value.length > 255
          ? t('A name has at most 255 characters.')
          : undefined,
  });
  if (name === undefined) return;
  const [source] =
    (await vscode.window.showOpenDialog({
      title: t('Image file to upload'),
      openLabel: t('Use This File'),
      ...(folder === undefined ? {} : { defaultUri: folder }),
      filters: { [t('Disk images')]: [...Object.keys(formats), 'img'], [t('All files')]: ['*'] },
    })) ?? [];
  await openNewDefinition(folder, name, definitionText(name.trim(), folder, source));
}

const formats: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  raw: 'raw',
  iso: 'iso',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vhd',
  vhdx: 'vhdx',
};

function definitionText(name: string, folder: vscode.Uri | undefined, source: vscode.Uri | undefined): string {
  const ending = source?.path.split('.').at(-1)?.toLowerCase() ?? '';
  const definition = {
    name,
    container_format: 'bare',
    disk_format: formats[ending] ?? 'qcow2',
    ...(source === undefined ? {} : { local_file_path: pathFrom(folder, source) }),
  };
  return `${JSON.stringify(definition, undefined, 2)}\n`;
}

/** Relative to the definition where it lies below it, so that the folder can move. */
function pathFrom(folder: vscode.Uri | undefined, source: vscode.Uri): string {
  const base = folder === undefined ? undefined : `${folder.path}/`;
  return base !== undefined && source.path.startsWith(base) ? source.path.slice(base.length) : source.fsPath;
}
