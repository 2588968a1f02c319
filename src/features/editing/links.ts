import * as vscode from 'vscode';
import { objectsOf } from '../../core/definition/text/cursor.ts';
import type { LiteralNode } from '../../core/definition/text/syntax-tree.ts';
import { findArgument } from '../../core/definition/arguments.ts';
import { readAddress } from '../../core/source/url/address.ts';
import { expandDefinitionPath } from '../../platform/files/definition-paths.ts';
import { isTrusted } from '../../platform/trust.ts';
import { filePath } from '../../platform/files/uris.ts';

type StringNode = Extract<LiteralNode, { type: 'string' }>;

/** Where the strings of a definition lead: addresses, files and folders on disk, the image of an `image_id`. */
export class DefinitionLinks implements vscode.DocumentLinkProvider {
  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return objectsOf(document.getText()).flatMap((object, index) =>
      (object?.members ?? []).flatMap(({ key, value }) => {
        const link = value.type === 'string' ? linkOf(document, key, value, index) : undefined;
        return link ?? [];
      }),
    );
  }
}

function linkOf(
  document: vscode.TextDocument,
  argument: string,
  node: StringNode,
  index: number,
): vscode.DocumentLink | undefined {
  const type = findArgument(argument)?.type;
  switch (type?.kind === 'string' ? type.format : undefined) {
    case 'url':
      return addressLink(document, node);
    case 'checksum':
      if (/^https?:/i.test(node.value)) return addressLink(document, node);
      return /^[a-z][a-z0-9-]+:/i.test(node.value) ? undefined : pathLink(document, node, 'text');
    case 'path':
      return pathLink(document, node, 'disk');
    case 'uuid':
      if (!isTrusted()) return undefined;
      return link(
        document,
        node,
        commandUri('glanceImages.showImageOfDefinition', [document.uri.toString(), index]),
        'Show the image',
      );
    default:
      return undefined;
  }
}

/** What is opened never holds the user and password of the address. */
function addressLink(document: vscode.TextDocument, node: StringNode): vscode.DocumentLink | undefined {
  if (!/^https?:/i.test(node.value) || !URL.canParse(node.value)) return undefined;
  return link(document, node, vscode.Uri.parse(readAddress(node.value).url), 'Open the address');
}

/** Nobody wants the bytes of a disk in an editor: it is shown in the explorer, where that has it. */
function pathLink(
  document: vscode.TextDocument,
  node: StringNode,
  holds: 'disk' | 'text',
): vscode.DocumentLink | undefined {
  const uri = expanded(node.value, filePath(document.uri));
  if (uri === undefined) return undefined;
  if (holds === 'text' || vscode.workspace.getWorkspaceFolder(uri) === undefined)
    return link(document, node, uri, 'Open the file');
  return link(document, node, commandUri('revealInExplorer', [uri]), 'Show in the explorer');
}

function expanded(path: string, file: string): vscode.Uri | undefined {
  try {
    return expandDefinitionPath(path, file);
  } catch {
    // A diagnostic says what is wrong with it.
    return undefined;
  }
}

function link(
  document: vscode.TextDocument,
  { range }: StringNode,
  target: vscode.Uri,
  tooltip: string,
): vscode.DocumentLink {
  const from = document.positionAt(range.offset + 1);
  const made = new vscode.DocumentLink(
    new vscode.Range(from, document.positionAt(range.offset + range.length - 1)),
    target,
  );
  made.tooltip = tooltip;
  return made;
}

function commandUri(command: string, parameters: readonly unknown[]): vscode.Uri {
  return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify(parameters))}`);
}
