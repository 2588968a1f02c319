import * as vscode from 'vscode';
import { Failure } from '../../core/failure.ts';
import type { Problem } from '../../core/problem.ts';
import { definitionAsTerraform } from '../../core/terraform/render.ts';
import { definitionsText, readTerraform } from '../../core/terraform/read.ts';
import { definitionOf } from '../../platform/files/definition-files.ts';
import { openNewDefinition, workspaceFolderForNew } from '../../platform/files/new-definition-file.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';

/** *Copy as Terraform*: the definition at the cursor as a resource, with an import block where it names its image. */
export async function copyDefinitionAsTerraform(): Promise<void> {
  const definition = await definitionOf(undefined, undefined);
  await vscode.env.clipboard.writeText(definitionAsTerraform(definition));
  vscode.window.setStatusBarMessage('Copied to the clipboard.', 3000);
}

/** Text in Terraform's language, and where it stands. */
interface TerraformText {
  readonly text: string;
  /** For messages: a file's name, or the clipboard. */
  readonly from: string;
  /** Where in the editor it begins; absent for the clipboard. */
  readonly editor?: { readonly on: vscode.TextEditor; readonly offset: number };
}

/**
 * *New Definition from Terraform*: the resources that are selected in the active Terraform file, or all of them, or those on
 * the clipboard, as a definition file. Throws `Failure` where something is not a literal, with its place shown.
 */
export async function newDefinitionFromTerraform(notifications: Notifications): Promise<void> {
  const source = fromEditor() ?? (await fromClipboard());
  const { definitions, problems } = readTerraform(source.text);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first !== undefined && definitions.length === 0) {
    show(source, first);
    throw new Failure(first.code, inWords(source, first, errors.length - 1), { next: 'No definition was created.' });
  }
  const folder = await workspaceFolderForNew();
  if (folder === 'declined') return;
  await openNewDefinition(folder, definitions[0]?.name ?? '', definitionsText(definitions));
  const [warning] = [...errors, ...problems];
  if (warning !== undefined) notifications.warn(inWords(source, warning, problems.length - 1));
}

function fromEditor(): TerraformText | undefined {
  const on = vscode.window.activeTextEditor;
  if (on?.document.uri.path.endsWith('.tf') !== true) return undefined;
  const { document, selection } = on;
  const from = vscode.workspace.asRelativePath(document.uri);
  if (selection.isEmpty) return { text: document.getText(), from, editor: { on, offset: 0 } };
  return { text: document.getText(selection), from, editor: { on, offset: document.offsetAt(selection.start) } };
}

async function fromClipboard(): Promise<TerraformText> {
  return { text: await vscode.env.clipboard.readText(), from: 'The clipboard' };
}

function show({ editor }: TerraformText, { range }: Problem): void {
  if (editor === undefined || range === undefined) return;
  const { on, offset } = editor;
  const at = (place: number): vscode.Position => on.document.positionAt(offset + place);
  on.selection = new vscode.Selection(at(range.offset), at(range.offset + range.length));
  on.revealRange(on.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function inWords({ from, editor }: TerraformText, problem: Problem, others: number): string {
  const start = editor?.on.document.positionAt(editor.offset + (problem.range?.offset ?? 0));
  const line = start === undefined ? (problem.line ?? 1) : start.line + 1;
  const column = start === undefined ? (problem.column ?? 1) : start.character + 1;
  const more = others > 0 ? ` (${others} more)` : '';
  return `${from}:${line}:${column}: ${problem.message}${more}`;
}
