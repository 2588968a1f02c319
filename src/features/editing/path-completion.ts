import * as vscode from 'vscode';
import { cursorAt, type Cursor } from '../../core/definition/text/cursor.ts';
import { expandDefinitionPath } from '../../platform/files/definition-paths.ts';
import { isByClosingQuote } from './completion-edits.ts';
import { filePath } from '../../platform/files/uris.ts';
import { quote } from '../../core/quote.ts';
import { sizeInWords } from '../../core/byte-count.ts';

/** What an argument's path leads to. */
type Wanted = 'image' | 'checksums' | 'folder';

const PATHS: ReadonlyMap<string, Wanted> = new Map([
  ['local_file_path', 'image'],
  ['image_source_checksum', 'checksums'],
  ['image_cache_path', 'folder'],
]);

const IMAGES = /\.(?:qcow2?|img|raw|iso|vmdk|vhdx?|vdi|ploop|ova|tar)(?:\.(?:gz|bz2|xz|zst))?$|\.(?:gz|bz2|xz|zst)$/i;
const CHECKSUMS = /sums?\b|checksum|\.(?:md5|sha\d+)(?:sum)?$/i;

/** A path as it is offered, and the file that it stands for. */
class PathItem extends vscode.CompletionItem {
  readonly uri: vscode.Uri | undefined;

  constructor(label: string, kind: vscode.CompletionItemKind, uri?: vscode.Uri) {
    super(label, kind);
    this.uri = uri;
  }
}

/** Folders and files for the paths of a definition: what the argument is for first. Reads the one folder that is being typed. */
export class PathCompletion implements vscode.CompletionItemProvider<PathItem> {
  static readonly triggers = ['/', '"'];

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    _token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<PathItem[]> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    const cursor = cursorAt(text, offset);
    const wanted = cursor?.path.length === 1 ? PATHS.get(cursor.path[0] ?? '') : undefined;
    if (cursor === undefined || wanted === undefined || cursor.writes !== 'value' || !cursor.inString) return [];
    if (isByClosingQuote(cursor, context)) return [];
    const before = text.slice(cursor.range.offset + 1, offset);
    // A share's name would send a request with every key.
    if (/^(?:https?:|\/\/|\\\\)/i.test(before)) return [];
    const folder = before.slice(0, before.lastIndexOf('/') + 1);
    const range = rangesOf(document, cursor, offset - (before.length - folder.length), position);
    const starts = folder === '' ? startsOf() : [];
    const items = [
      ...starts,
      ...(await entriesOf(folder, before.slice(folder.length), wanted, filePath(document.uri))),
    ];
    for (const item of items) item.range = range;
    return items;
  }

  async resolveCompletionItem(item: PathItem): Promise<PathItem> {
    if (item.uri === undefined || item.kind !== vscode.CompletionItemKind.File) return item;
    try {
      item.detail = sizeInWords((await vscode.workspace.fs.stat(item.uri)).size);
    } catch {
      // Gone meanwhile: a plan says so.
    }
    return item;
  }
}

/** From where the last part of the path begins, to the cursor or to the end of the string. */
function rangesOf(
  document: vscode.TextDocument,
  { range }: Cursor,
  start: number,
  position: vscode.Position,
): { inserting: vscode.Range; replacing: vscode.Range } {
  const from = document.positionAt(start);
  const whole = document.getText().slice(range.offset, range.offset + range.length);
  const closed = whole.length > 1 && whole.endsWith('"') ? 1 : 0;
  const end = document.positionAt(range.offset + range.length - closed);
  return { inserting: new vscode.Range(from, position), replacing: new vscode.Range(from, end) };
}

function startsOf(): PathItem[] {
  const starts = [
    ['~/', 'Your home folder'],
    ['${workspaceFolder}/', 'The workspace folder of the definition'],
  ] as const;
  return starts.map(([start, detail]) => {
    const item = new PathItem(start, vscode.CompletionItemKind.Folder);
    item.detail = detail;
    item.sortText = `3${start}`;
    return goingOn(item);
  });
}

async function entriesOf(folder: string, typed: string, wanted: Wanted, file: string): Promise<PathItem[]> {
  try {
    const uri = expandDefinitionPath(folder === '' ? '.' : folder, file);
    const entries = await vscode.workspace.fs.readDirectory(uri);
    return entries
      .filter(([name]) => typed.startsWith('.') || !name.startsWith('.'))
      .flatMap(([name, type]) => entryItem(vscode.Uri.joinPath(uri, name), name, type, wanted) ?? []);
  } catch {
    // Half a reference, a folder that is not there: nothing to offer yet.
    return [];
  }
}

function entryItem(uri: vscode.Uri, name: string, type: vscode.FileType, wanted: Wanted): PathItem | undefined {
  const isFolder = (type & vscode.FileType.Directory) !== 0;
  if (!isFolder && wanted === 'folder') return undefined;
  const text = quote(name).slice(1, -1);
  const item = new PathItem(
    isFolder ? `${name}/` : name,
    isFolder ? vscode.CompletionItemKind.Folder : vscode.CompletionItemKind.File,
    uri,
  );
  item.insertText = isFolder ? `${text}/` : text;
  item.filterText = item.insertText;
  const first = wanted === 'checksums' ? CHECKSUMS : IMAGES;
  item.sortText = `${isFolder ? 1 : first.test(name) ? 0 : 2}${name}`;
  return isFolder ? goingOn(item) : item;
}

/** A folder is seldom the end of a path. */
function goingOn(item: PathItem): PathItem {
  item.command = { command: 'editor.action.triggerSuggest', title: 'Go on' };
  return item;
}
