import * as vscode from 'vscode';
import { cursorAt, objectsOf, type Cursor } from '../../core/definition/text/cursor.ts';
import {
  namesAround,
  namesOffered,
  nameSnippet,
  propertyValue,
  type OfferedName,
} from '../../core/definition/help/offered-names.ts';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import { filePath } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import { commaEdits, isByClosingQuote, rangeOf } from './completion-edits.ts';
import { propertyMarkdown } from './fact-words.ts';
import { factsInTime, questionOf, type FactsSoFar } from './facts-in-time.ts';
import { quote } from '../../core/quote.ts';

const NO_FACTS: FactsSoFar = { facts: undefined, late: false };

/** A name as it is offered, with what is beside it in the list. */
interface Offer extends OfferedName {
  readonly markdown: vscode.MarkdownString;
  readonly detail?: string;
}

/**
 * The names of arguments and properties, in the order in which definitions are written, each with its value begun and the commas
 * that it needs. Properties that the cloud's operator describes are among them.
 */
export class NameCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['"'];
  readonly #knowledge: CloudKnowledge;

  constructor(knowledge: CloudKnowledge) {
    this.#knowledge = knowledge;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    _token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<vscode.CompletionList> {
    const text = document.getText();
    const cursor = cursorAt(text, document.offsetAt(position));
    if (cursor?.writes !== 'name' || isByClosingQuote(cursor, context)) return new vscode.CompletionList([]);
    const object = objectsOf(text)[cursor.index];
    const isProperty = cursor.path.length === 2 && cursor.path[0] === 'properties';
    const asked = isProperty
      ? await factsInTime(this.#knowledge, questionOf(object, filePath(document.uri)))
      : NO_FACTS;
    const known = namesOffered(object, cursor).map((offer) => ({
      ...offer,
      markdown: new vscode.MarkdownString(offer.documentation),
    }));
    const taken = new Set([...namesAround(object, cursor.path), ...known.map(({ name }) => name)]);
    const described = isProperty ? describedOffers(asked.facts, taken) : [];
    const items = [...known, ...described].map((offer, index) => itemOf(document, cursor, offer, index));
    return new vscode.CompletionList(items, asked.late);
  }
}

function describedOffers(facts: CloudFacts | undefined, taken: ReadonlySet<string>): readonly Offer[] {
  return (facts?.properties ?? [])
    .filter(({ name }) => !taken.has(name))
    .map((property) => ({
      name: property.name,
      documentation: '',
      required: false,
      markdown: new vscode.MarkdownString(propertyMarkdown(property)),
      detail: property.namespace,
      ...propertyValue(property.values),
    }));
}

function itemOf(document: vscode.TextDocument, cursor: Cursor, offer: Offer, index: number): vscode.CompletionItem {
  const label = offer.required ? { label: offer.name, description: 'required' } : offer.name;
  const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Property);
  item.insertText = new vscode.SnippetString(nameSnippet(offer, cursor));
  item.filterText = quote(offer.name);
  item.range = rangeOf(document, cursor);
  item.sortText = String(index).padStart(4, '0');
  item.additionalTextEdits = commaEdits(document, cursor);
  item.documentation = offer.markdown;
  if (offer.detail !== undefined) item.detail = offer.detail;
  if (offer.asks && cursor.follows !== 'colon')
    item.command = { command: 'editor.action.triggerSuggest', title: 'Go on' };
  return item;
}
