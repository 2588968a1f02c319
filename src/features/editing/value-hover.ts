import * as vscode from 'vscode';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import { cursorAt, objectsOf } from '../../core/definition/text/cursor.ts';
import { CONTAINER_FORMATS, DISK_FORMATS, type Choice } from '../../core/definition/formats.ts';
import { describePlace } from '../../core/place.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { filePath } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import { propertyMarkdown } from './fact-words.ts';
import { questionOf } from './facts-in-time.ts';

/** What is known of the value or property that somebody points at, by what its cloud has said already. Asks nobody. */
export class ValueHover implements vscode.HoverProvider {
  readonly #knowledge: CloudKnowledge;

  constructor(knowledge: CloudKnowledge) {
    this.#knowledge = knowledge;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const text = document.getText();
    const cursor = cursorAt(text, document.offsetAt(position));
    if (cursor === undefined || cursor.range.length === 0) return undefined;
    const object = objectsOf(text)[cursor.index];
    const facts = this.#knowledge.peek(questionOf(object, filePath(document.uri)));
    const from = document.positionAt(cursor.range.offset);
    const range = new vscode.Range(from, document.positionAt(cursor.range.offset + cursor.range.length));
    const written = document.getText(range).replace(/^"|"$/g, '');
    const words = cursor.writes === 'name' ? ofName(cursor.path, facts) : ofValue(cursor.path, written, facts);
    return words === undefined ? undefined : new vscode.Hover(words, range);
  }
}

function ofName(path: readonly string[], facts: CloudFacts | undefined): vscode.MarkdownString | undefined {
  const [first, name, ...more] = path;
  if (first !== 'properties' || more.length > 0 || facts === undefined) return undefined;
  const property = facts.properties.find((each) => each.name === name);
  return property === undefined ? undefined : new vscode.MarkdownString(propertyMarkdown(property));
}

function ofValue(
  path: readonly string[],
  written: string,
  facts: CloudFacts | undefined,
): vscode.MarkdownString | undefined {
  const [first, , ...more] = path;
  if (first === 'disk_format') return ofFormat(DISK_FORMATS, written, facts?.formats?.disk, facts);
  if (first === 'container_format') return ofFormat(CONTAINER_FORMATS, written, facts?.formats?.container, facts);
  if (facts === undefined || more.length > 1) return undefined;
  if (first === 'members') return plain(facts.projects.find(({ id }) => id === written)?.name);
  if (first === 'stores') return plain(facts.stores?.find(({ id }) => id === written)?.description ?? undefined);
  return undefined;
}

function ofFormat(
  known: readonly Choice[],
  written: string,
  offered: readonly string[] = [],
  facts: CloudFacts | undefined,
): vscode.MarkdownString | undefined {
  const description = known.find(({ value }) => value === written)?.description;
  const where = facts === undefined ? '' : escapeMarkdown(describePlace(facts.place));
  const taken =
    facts === undefined || offered.length === 0
      ? undefined
      : offered.includes(written)
        ? `${where} accepts it.`
        : `${where} does not accept it. It offers: ${offered.map(escapeMarkdown).join(', ')}.`;
  const parts = [description, taken].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : new vscode.MarkdownString(parts.join('\n\n'));
}

function plain(text: string | undefined): vscode.MarkdownString | undefined {
  return text === undefined || text === '' ? undefined : new vscode.MarkdownString(escapeMarkdown(text));
}
