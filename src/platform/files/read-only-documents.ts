import * as vscode from 'vscode';
import { documentScheme } from './uris.ts';
import type { Subscription } from '../../state/observable.ts';

/** How many texts are kept; a tab whose text is gone says so. */
const kept = 200;

/**
 * Read-only documents of ours: the text of a live image, the two sides of a preview. A URI holds names and ids only. Texts live
 * as long as the window.
 */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, Subscription {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: Subscription;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(documentScheme, this);
  }

  /**
   * Sets the text of the document with this path, and has an open one drawn again. The last part of the path is the tab's title;
   * `side` tells two documents of one path apart, which a diff editor then does not take for a renamed file.
   */
  write(path: readonly string[], text: string, side = ''): vscode.Uri {
    const uri = this.uriOf(path, side);
    const key = uri.toString();
    this.#texts.delete(key);
    this.#texts.set(key, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > kept && oldest !== undefined) this.#texts.delete(oldest);
    this.#changed.fire(uri);
    return uri;
  }

  /** The URI of the document with this path. */
  uriOf(path: readonly string[], side = ''): vscode.Uri {
    return vscode.Uri.from({ scheme: documentScheme, path: `/${path.map(withoutSlash).join('/')}`, query: side });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const gone = 'This document belongs to an earlier window. Close this tab and open the document again.';
    return this.#texts.get(uri.toString()) ?? `// ${gone}\n`;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#texts.clear();
  }
}

function withoutSlash(part: string): string {
  return part === '' ? '-' : part.replaceAll('/', '\u2215');
}
