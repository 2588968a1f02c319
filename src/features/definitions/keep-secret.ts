import * as vscode from 'vscode';
import { fixEdits } from '../../core/definition/fix.ts';
import { readSyntaxTree, type SyntaxNode } from '../../core/definition/syntax-tree.ts';
import { Failure } from '../../core/failure.ts';
import { workspaceEdit } from '../../platform/edits.ts';
import type { NamedSecrets } from '../../platform/secrets.ts';
import { uriArgument } from '../../platform/uris.ts';

/**
 * *Move it to the secret storage*: asks what the secret is to be called, keeps it, and writes a reference in its place. The
 * command is told where the secret stands, never what it is.
 */
export async function keepSecret(uri: unknown, offset: unknown, secrets: NamedSecrets): Promise<void> {
  const { t } = vscode.l10n;
  const document = await vscode.workspace.openTextDocument(uriArgument(uri));
  const text = document.getText();
  const { root } = readSyntaxTree(text);
  const literal = typeof offset === 'number' ? stringAt(root, offset) : undefined;
  if (literal === undefined) throw new Failure('no-secret', 'There is no password in clear there any more.');
  const taken = await secrets.names();
  const name = await vscode.window.showInputBox({
    title: t('Move Secret to Secret Storage'),
    prompt: t('What the definition calls it: {0}', '${secret:NAME}'),
    value: freeName(taken),
    ignoreFocusOut: true,
    validateInput: (value) =>
      !/^[\w.-]+$/.test(value)
        ? t('A name has letters, digits, dots, hyphens and underscores.')
        : taken.includes(value)
          ? {
              message: t('This takes the place of the secret of that name.'),
              severity: vscode.InputBoxValidationSeverity.Warning,
            }
          : undefined,
  });
  if (name === undefined) return;
  await secrets.keep(name, originAt(root, literal.range.offset), literal.value);
  const edits = fixEdits(text, literal.range, { kind: 'set-value', value: `\${secret:${name}}` });
  if (await vscode.workspace.applyEdit(workspaceEdit(document, edits))) return;
  throw new Failure('not-edited', 'The secret is kept, but the definition could not be changed.', {
    next: `Write "\${secret:${name}}" in place of the password.`,
  });
}

/** The origin of `image_source_url` in the object that holds a place: where its password is sent. Empty where there is none. */
function originAt(root: SyntaxNode | undefined, offset: number): string {
  const objects = root?.type === 'array' ? root.items : root === undefined ? [] : [root];
  const around = objects.find(({ range }) => range.offset <= offset && offset < range.offset + range.length);
  if (around?.type !== 'object') return '';
  const url = around.members.find(({ key }) => key === 'image_source_url')?.value;
  return url?.type === 'string' && URL.canParse(url.value) ? new URL(url.value).origin : '';
}

function freeName(taken: readonly string[]): string {
  const names = ['image-source', ...taken.map((_, index) => `image-source-${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? 'image-source';
}

function stringAt(node: SyntaxNode | undefined, offset: number): Extract<SyntaxNode, { type: 'string' }> | undefined {
  if (node?.type === 'string') return node.range.offset === offset ? node : undefined;
  const inside =
    node?.type === 'object' ? node.members.map(({ value }) => value) : node?.type === 'array' ? node.items : [];
  return stringAt(
    inside.find(({ range }) => range.offset <= offset && offset < range.offset + range.length),
    offset,
  );
}
