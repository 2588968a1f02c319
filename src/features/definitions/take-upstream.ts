import * as vscode from 'vscode';
import { fixEdits } from '../../core/definition/edits/fix.ts';
import { Failure } from '../../core/failure.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';
import { filePath, uriArgument } from '../../platform/files/uris.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import type { UpstreamStore } from '../../state/definitions/upstream.ts';

/** Pins a definition to the checksum that its publisher lists by now; comments and layout stay. Throws `Failure`. */
export async function takeUpstream(
  uri: unknown,
  index: unknown,
  { definitions, upstream }: { readonly definitions: DefinitionsStore; readonly upstream: UpstreamStore },
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uriArgument(uri));
  const { definitions: all } = definitions.read(filePath(document.uri), document.getText());
  const definition = all.find((each) => each.index === index);
  const [problem] = definition === undefined ? [] : upstream.problemsOf(definition);
  const fix = problem?.fixes?.find(({ kind }) => kind === 'set-value');
  if (problem?.range === undefined || fix?.kind !== 'set-value') return;
  const edit = workspaceEdit(document, fixEdits(document.getText(), problem.range, fix));
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new Failure('not-edited', `${vscode.workspace.asRelativePath(document.uri)} could not be changed.`, {
    next: `Write ${JSON.stringify(fix.value)} as "image_source_checksum" yourself.`,
  });
}
