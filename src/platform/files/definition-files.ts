import * as vscode from 'vscode';
import { definitionKey } from '../../core/definition/definition.ts';
import type { Definition, DefinitionFile } from '../../core/definition/definition.ts';
import { parseDefinitions } from '../../core/definition/parse.ts';
import { Failure } from '../../core/failure.ts';
import { filePath, fileUri, isDefinitionDocument, uriArgument } from './uris.ts';

/**
 * The definition that a command is about: from a CodeLens (document and index) or, without an index, the one at the cursor. The
 * file is saved first, so that what is planned is what is on disk. Throws `Failure` with `definition-has-errors` or `no-definition`.
 */
export async function definitionOf(uri: unknown, index: unknown): Promise<Definition> {
  // The editor's own menu passes its document only.
  if (typeof index !== 'number') return definitionAtCursor();
  const file = await savedFile(uriArgument(uri));
  const found = file.definitions.find((definition) => definition.index === index);
  if (found === undefined) throw noDefinition(file, index);
  return found;
}

/**
 * All definitions of a file, of the files in a folder, or, without an argument, of the active editor; of everything that is selected, where VS Code
 * passes a selection. A file with an error is refused whole: what stands next to the error may not mean what it seems to.
 *
 * @param leaveOut told of each such file where there are others; throws by itself
 */
export async function definitionsIn(
  target: unknown,
  selected?: unknown,
  leaveOut: LeaveOut = refuse,
): Promise<readonly Definition[]> {
  const uri = target === undefined ? (await currentDocument()).uri : uriArgument(target);
  const targets = Array.isArray(selected) && selected.length > 1 ? selected.map(uriArgument) : [uri];
  const found = (await Promise.all(targets.map(filesAt))).flat();
  // A selection may hold anything; a file that was named is taken at its word.
  const uris = targets.length === 1 ? found : found.filter(({ path }) => path.endsWith('.image.jsonc'));
  const files = await savedFiles([...new Map(uris.map((each) => [each.toString(), each])).values()]);
  const definitions = soundOnes(files, leaveOut);
  if (definitions.length === 0) {
    throw new Failure('no-definition', `${vscode.workspace.asRelativePath(uri)} has no image definition.`, {
      next: 'Definitions are in files named NAME.image.jsonc.',
    });
  }
  return definitions;
}

/** All definitions of the workspace, as `definitionsIn`. */
export async function definitionsInWorkspace(leaveOut: LeaveOut = refuse): Promise<readonly Definition[]> {
  const files = await savedFiles(await vscode.workspace.findFiles('**/*.image.jsonc'));
  const definitions = soundOnes(files, leaveOut);
  if (definitions.length === 0) {
    throw new Failure('no-definition', 'The workspace has no image definition.', {
      next: 'Create one with "Glance: New Definition".',
    });
  }
  return definitions;
}

/** The definitions of files as they are written now, saved or not; none of a file that can't be read. Saves nothing. */
export async function definitionsAsWritten(uris: readonly vscode.Uri[]): Promise<readonly Definition[]> {
  const files = (await Promise.all(uris.map((uri) => filesAt(uri).catch(() => [])))).flat();
  const found = await Promise.all(
    files.map(async (uri) => {
      const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
      return document === undefined ? [] : parseDefinitions(document.getText(), filePath(uri)).definitions;
    }),
  );
  return found.flat();
}

/** Throws `Failure` with `plan-outdated` where a definition is not what it was when a plan was made from it. */
export async function refuseChanged(definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions) {
    const document = await openDocument(fileUri(definition.file));
    const now = parseDefinitions(document.getText(), definition.file).definitions;
    const same = now.find((each) => definitionKey(each) === definitionKey(definition));
    if (same !== undefined && JSON.stringify(same.arguments) === JSON.stringify(definition.arguments)) continue;
    throw new Failure('plan-outdated', `"${definition.arguments.name}" was changed since it was planned.`, {
      next: 'Nothing was sent. Preview its changes again.',
    });
  }
}

async function filesAt(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
  if (uri.scheme !== 'file') return [uri];
  const stat = await vscode.workspace.fs.stat(uri);
  if ((stat.type & vscode.FileType.Directory) === 0) return [uri];
  return vscode.workspace.findFiles(new vscode.RelativePattern(uri, '**/*.image.jsonc'));
}

async function savedFiles(uris: readonly vscode.Uri[]): Promise<readonly DefinitionFile[]> {
  const inOrder = uris.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const files: DefinitionFile[] = [];
  for (const uri of inOrder) files.push(await savedFile(uri));
  return files;
}

async function savedFile(uri: vscode.Uri): Promise<DefinitionFile> {
  const document = await saved(await openDocument(uri));
  return parseDefinitions(document.getText(), filePath(document.uri));
}

/** VS Code itself waits for ever where a pipe or a device is called like a definition. Throws `Failure` with `not-a-file`. */
async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  if (!isOpen && uri.scheme === 'file') {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) throw new Failure('not-a-file', `"${uri.fsPath}" is not a regular file.`);
  }
  return vscode.workspace.openTextDocument(uri);
}

/** A definition that was never saved gets its file now: relative paths in it mean nothing before that. */
async function saved(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  if (!document.isUntitled && !document.isDirty) return document;
  const uri = document.isUntitled ? await vscode.workspace.save(document.uri) : undefined;
  if (document.isUntitled) {
    if (uri === undefined) throw new Failure('cancelled', 'The definition was not saved, so nothing was planned.');
    return vscode.workspace.openTextDocument(uri);
  }
  if (await document.save()) return document;
  throw new Failure('not-saved', `${vscode.workspace.asRelativePath(document.uri)} could not be saved.`, {
    next: 'Nothing was planned or applied.',
  });
}

async function definitionAtCursor(): Promise<Definition> {
  const document = await currentDocument();
  const active = vscode.window.activeTextEditor;
  const line = (active?.document === document ? active.selection.active.line : 0) + 1;
  const file = await savedFile(document.uri);
  const [first] = file.definitions;
  const before = file.definitions.filter((definition) => definition.line <= line).at(-1);
  const found = before ?? first;
  if (found === undefined) throw noDefinition(file, undefined);
  return found;
}

/** The definition in the active editor; where something else is in front (a walkthrough, a preview), the only one that is open. */
async function currentDocument(): Promise<vscode.TextDocument> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && isDefinitionDocument(document)) return document;
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.input));
  const uris = tabs
    .filter((input) => input instanceof vscode.TabInputText)
    .map(({ uri }) => uri)
    .filter(({ path }) => path.endsWith('.image.jsonc'));
  const [only, ...others] = new Map(uris.map((uri) => [uri.toString(), uri])).values();
  if (only !== undefined && others.length === 0) return vscode.workspace.openTextDocument(only);
  throw new Failure('no-definition', 'No image definition is open in the active editor.', {
    next: 'Open a NAME.image.jsonc file, or create one with "Glance: New Definition".',
  });
}

/** Told of a file that has errors, and why it is refused. */
export type LeaveOut = (why: Failure) => void;

function refuse(why: Failure): void {
  throw why;
}

/** The definitions of files without errors. Throws `definition-has-errors` where there is no such file. */
function soundOnes(files: readonly DefinitionFile[], leaveOut: LeaveOut): readonly Definition[] {
  const [faulty, sound] = [files.filter(isFaulty), files.filter((file) => !isFaulty(file))];
  for (const file of faulty) (sound.length === 0 ? refuse : leaveOut)(hasErrors(file));
  return sound.flatMap((file) => file.definitions);
}

function isFaulty({ problems }: DefinitionFile): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function noDefinition(file: DefinitionFile, index: unknown): Failure {
  if (isFaulty(file)) return hasErrors(file);
  const which = typeof index === 'number' ? ` number ${index + 1}` : '';
  return new Failure('no-definition', `${vscode.workspace.asRelativePath(file.file)} has no definition${which}.`);
}

function hasErrors(file: DefinitionFile): Failure {
  const [first, ...others] = file.problems.filter((problem) => problem.severity === 'error');
  const line = first?.line === undefined ? '' : `, line ${first.line}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new Failure(
    'definition-has-errors',
    `${vscode.workspace.asRelativePath(file.file)}${line}: ${first?.message ?? ''}${more}`,
    { next: 'Nothing was sent.' },
  );
}
