import * as vscode from 'vscode';
import { cursorAt, objectsOf, type Cursor } from '../../core/definition/text/cursor.ts';
import { readableEnvironment } from '../../platform/files/definition-paths.ts';
import { isTrusted } from '../../platform/trust.ts';
import { filePath } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import { commaEdits, isByClosingQuote, rangeOf } from './completion-edits.ts';
import { factsInTime, questionOf } from './facts-in-time.ts';
import { offersOf, secretOffers, subjectAt, type Offer } from './offered-values.ts';
import { quote } from '../../core/quote.ts';

/** What completion of values needs. */
export interface ValueCompletionOptions {
  readonly knowledge: CloudKnowledge;
  /** Names of the clouds that a file can mean. Asks no cloud. */
  readonly clouds: (file: string) => Promise<readonly { readonly name: string; readonly origin: string }[]>;
  /** Names of the secrets that are kept. */
  readonly secrets: () => Promise<readonly string[]>;
}

/** The formats, regions, stores, projects and properties of the very cloud that a definition means, with what is bundled where it does not say. */
export class ValueCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['"', ' '];
  readonly #options: ValueCompletionOptions;

  constructor(options: ValueCompletionOptions) {
    this.#options = options;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    _token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<vscode.CompletionList> {
    const text = document.getText();
    const cursor = cursorAt(text, document.offsetAt(position));
    const found = cursor && subjectAt(cursor);
    if (cursor === undefined || found === undefined || isByClosingQuote(cursor, context))
      return new vscode.CompletionList([]);
    const { subject, wrap } = found;
    const file = filePath(document.uri);
    const item = (offer: Offer, index: number): vscode.CompletionItem => itemOf(document, cursor, offer, wrap, index);
    if (subject === 'cloud') return new vscode.CompletionList((await this.#clouds(file)).map(item));
    if (subject === 'secret') {
      const offers = secretOffers(await this.#options.secrets(), readableEnvironment());
      return new vscode.CompletionList(offers.map(item));
    }
    const object = objectsOf(text)[cursor.index];
    const question = questionOf(object, file);
    // A region that is being typed is none to be asked.
    const { facts, late } = await factsInTime(
      this.#options.knowledge,
      subject === 'region' ? { ...question, region: undefined } : question,
    );
    return new vscode.CompletionList(offersOf(subject, cursor, object, facts).map(item), late);
  }

  async #clouds(file: string): Promise<readonly Offer[]> {
    if (!isTrusted()) return [];
    return (await this.#options.clouds(file)).map(({ name, origin }) => ({ value: name, detail: origin }));
  }
}

function itemOf(
  document: vscode.TextDocument,
  cursor: Cursor,
  { value, detail, documentation }: Offer,
  wrap: boolean,
  index: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(value, vscode.CompletionItemKind.EnumMember);
  const quoted = quote(value);
  item.insertText = `${wrap ? `[${quoted}]` : quoted}${cursor.follows === 'next' ? ',' : ''}`;
  item.filterText = quoted;
  item.range = rangeOf(document, cursor);
  item.additionalTextEdits = commaEdits(document, cursor);
  item.sortText = String(index).padStart(4, '0');
  if (detail !== undefined) item.detail = detail;
  if (documentation !== undefined) item.documentation = documentation;
  return item;
}
