import * as vscode from 'vscode';
import { replaceText } from '../../node/files/strict-files.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { transferReport, transferReportMarkdown } from '../../state/transfers/transfer-report.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import { fileNameFor } from '../../core/file-name.ts';

/** *Save Report…*: a transfer as Markdown or JSON, in a file that the user names. */
export async function saveReport(transfer: Transfer): Promise<void> {
  const name = `${fileNameFor(`${transfer.name} ${transfer.region}`)}.md`;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const uri = await vscode.window.showSaveDialog({
    title: 'Save Report',
    filters: { Markdown: ['md'], JSON: ['json'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
  });
  if (uri === undefined) return;
  const text = reportText(transfer, uri.path);
  // A link of that name may have come with the folder: it is replaced, and what it leads to stays.
  if (uri.scheme === 'file') await replaceText(uri.fsPath, text, 0o644);
  else await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, preview: true });
}

/** JSON for a file that is called so, Markdown for any other. */
function reportText(transfer: Transfer, path: string): string {
  return path.toLowerCase().endsWith('.json')
    ? `${JSON.stringify(transferReport(transfer), undefined, 2)}\n`
    : transferReportMarkdown(transfer, escapeMarkdown);
}
