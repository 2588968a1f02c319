import * as vscode from 'vscode';
import { clearSecretAt } from '../../core/definition/edits/clear-secret.ts';
import { Failure } from '../../core/failure.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';
import type { NamedSecrets } from '../../platform/memory/secrets.ts';
import { uriArgument } from '../../platform/files/uris.ts';
import { askText } from '../../platform/prompts/questions.ts';

/**
 * *Move it to the secret storage*: asks what the secret is to be called, keeps it, and writes a reference in its place. The
 * command is told where the secret stands, never what it is.
 */
export async function keepSecret(uri: unknown, offset: unknown, secrets: NamedSecrets): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uriArgument(uri));
  const found = typeof offset === 'number' ? clearSecretAt(document.getText(), offset) : undefined;
  if (found === undefined) throw new Failure('no-secret', 'There is no plain-text password here anymore.');
  const taken = await secrets.names();
  const name = await askText({
    title: 'Move Secret to Secret Storage',
    prompt: `Name of the secret, used as \${secret:NAME}`,
    value: freeName(taken),
    ignoreFocusOut: true,
    validateInput: (value) =>
      !/^[\w.-]+$/.test(value)
        ? 'Use letters, digits, dots, hyphens and underscores.'
        : taken.includes(value)
          ? {
              message: 'Replaces the existing secret of that name.',
              severity: vscode.InputBoxValidationSeverity.Warning,
            }
          : undefined,
  });
  if (name === undefined) return;
  await secrets.keep(name, found.origin, found.secret);
  if (await vscode.workspace.applyEdit(workspaceEdit(document, found.referTo(name)))) return;
  throw new Failure('not-edited', 'The secret was saved, but the definition could not be changed.', {
    next: `Write "\${secret:${name}}" as "image_source_password".`,
  });
}

function freeName(taken: readonly string[]): string {
  const names = ['image-source', ...taken.map((_, index) => `image-source-${index + 2}`)];
  return names.find((name) => !taken.includes(name)) ?? 'image-source';
}
