import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import { cursorAt, objectsOf, stringIn, type Cursor } from '../../core/definition/cursor.ts';
import { CONTAINER_FORMATS, DISK_FORMATS, type Choice } from '../../core/definition/formats.ts';
import { quote } from '../../core/definition/json-text.ts';
import type { ObjectNode } from '../../core/definition/syntax-tree.ts';
import { WELL_KNOWN_PROPERTIES } from '../../core/definition/well-known-properties.ts';
import type { PropertyDefinition } from '../../core/glance/metadefs.ts';
import { describePlace } from '../../core/place.ts';
import { isTrusted } from '../../platform/trust.ts';
import { filePath } from '../../platform/uris.ts';
import type { CloudKnowledge, FactsQuestion } from '../../state/cloud-knowledge.ts';
import { propertyMarkdown } from './fact-words.ts';

/** ms that a suggestion waits for a cloud; what comes later is there with the next key. */
const PATIENCE = 500;

/** A value that is offered. */
interface Offer {
  readonly value: string;
  /** Beside the value, short. */
  readonly detail?: string | undefined;
  readonly documentation?: vscode.MarkdownString | string | undefined;
}

/** What completion of values needs. */
export interface ValueCompletionOptions {
  readonly knowledge: CloudKnowledge;
  /** Names of the clouds that a file can mean. Asks no cloud. */
  readonly clouds: (file: string) => Promise<readonly { readonly name: string; readonly origin: string }[]>;
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
  ): Promise<vscode.CompletionList> {
    const text = document.getText();
    const cursor = cursorAt(text, document.offsetAt(position));
    const subject = cursor && subjectOf(cursor);
    if (cursor === undefined || subject === undefined) return new vscode.CompletionList([]);
    const object = objectsOf(text)[cursor.index];
    const file = filePath(document.uri);
    if (subject === 'cloud') return list(document, cursor, await this.#clouds(file), false);
    const asked = isTrusted()
      ? await this.#facts(questionOf(object, file, subject))
      : { facts: undefined, late: false };
    if (subject === 'property') return properties(document, cursor, object, asked.facts, asked.late);
    return list(document, cursor, offersOf(subject, cursor, object, asked.facts), asked.late);
  }

  async #clouds(file: string): Promise<readonly Offer[]> {
    if (!isTrusted()) return [];
    return (await this.#options.clouds(file)).map(({ name, origin }) => ({ value: name, detail: origin }));
  }

  async #facts(question: FactsQuestion): Promise<{ readonly facts: CloudFacts | undefined; readonly late: boolean }> {
    const { knowledge } = this.#options;
    const late = Symbol();
    const found = await Promise.race([knowledge.want(question), pause(PATIENCE, late)]);
    return typeof found === 'symbol' ? { facts: knowledge.peek(question), late: true } : { facts: found, late: false };
  }
}

type Subject = 'disk_format' | 'container_format' | 'region' | 'store' | 'project' | 'cloud' | 'property' | 'value';

function subjectOf({ path, writes }: Cursor): Subject | undefined {
  const [first, second, third, ...more] = path;
  if (more.length > 0) return undefined;
  if (writes === 'name') return first === 'properties' && path.length === 2 ? 'property' : undefined;
  switch (first) {
    case 'disk_format':
    case 'container_format':
      return second === undefined ? first : undefined;
    case 'region':
      return second === undefined ? 'region' : undefined;
    case 'regions':
      return second !== undefined && third === undefined ? 'region' : undefined;
    case 'stores':
      return second !== undefined && third === undefined ? 'store' : undefined;
    case 'cloud':
      return second === undefined ? 'cloud' : undefined;
    case 'members':
      if (third === 'accept_with') return 'cloud';
      return second !== undefined && (third === undefined || third === 'project') ? 'project' : undefined;
    case 'properties':
      return second !== undefined && third === undefined ? 'value' : undefined;
    default:
      return undefined;
  }
}

/** The region that is being typed is none to be asked. */
function questionOf(object: ObjectNode | undefined, file: string, subject: Subject): FactsQuestion {
  const region = stringIn(object, 'region') ?? stringsIn(object, 'regions')[0];
  return { cloud: stringIn(object, 'cloud'), region: subject === 'region' ? undefined : region, file };
}

function offersOf(
  subject: Exclude<Subject, 'cloud' | 'property'>,
  { path }: Cursor,
  object: ObjectNode | undefined,
  facts: CloudFacts | undefined,
): readonly Offer[] {
  const where = facts === undefined ? undefined : describePlace(facts.place);
  switch (subject) {
    case 'disk_format':
      return formats(DISK_FORMATS, facts?.formats?.disk, where);
    case 'container_format':
      return formats(CONTAINER_FORMATS, facts?.formats?.container, where);
    case 'region': {
      const there = stringsIn(object, 'regions');
      const free = (facts?.regions ?? []).filter((region) => path[0] === 'region' || !there.includes(region));
      return free.map((value) => ({ value, detail: facts?.place.cloud }));
    }
    case 'store':
      return (facts?.stores ?? [])
        .filter(({ id, readOnly }) => !readOnly && !stringsIn(object, 'stores').includes(id))
        .map(({ id, description, isDefault }) => ({
          value: id,
          detail: isDefault ? vscode.l10n.t('default store') : where,
          documentation: description ?? undefined,
        }));
    case 'project':
      return (facts?.projects ?? []).map(({ id, name }) => ({ value: id, detail: name }));
    case 'value':
      return valuesOf(path[1] ?? '', facts).map((value) => ({ value, detail: where }));
  }
}

function formats(
  known: readonly Choice[],
  offered: readonly string[] = [],
  where: string | undefined,
): readonly Offer[] {
  const values = offered.length === 0 ? known.map(({ value }) => value) : offered;
  return values.map((value) => ({
    value,
    detail: offered.length === 0 ? undefined : where,
    documentation: described(known.find((each) => each.value === value)?.description),
  }));
}

function described(text: string | undefined): vscode.MarkdownString | undefined {
  return text === undefined ? undefined : new vscode.MarkdownString(text);
}

/** Those of well-known properties that every cloud knows come from the schema. */
function valuesOf(property: string, facts: CloudFacts | undefined): readonly string[] {
  const bundled = WELL_KNOWN_PROPERTIES.find(({ name }) => name === property)?.values ?? [];
  const said = facts?.properties.find(({ name }) => name === property)?.values ?? [];
  return said.filter((value) => !bundled.includes(value));
}

function list(
  document: vscode.TextDocument,
  { range }: Cursor,
  offers: readonly Offer[],
  late: boolean,
): vscode.CompletionList {
  const place = rangeOf(document, range);
  const items = offers.map(({ value, detail, documentation }, index) => {
    const item = new vscode.CompletionItem(value, vscode.CompletionItemKind.EnumMember);
    item.insertText = quote(value);
    item.filterText = item.insertText;
    item.range = place;
    item.sortText = String(index).padStart(4, '0');
    if (detail !== undefined) item.detail = detail;
    if (documentation !== undefined) item.documentation = documentation;
    return item;
  });
  return new vscode.CompletionList(items, late);
}

/** Names that the schema does not offer anyway and that are not there yet. */
function properties(
  document: vscode.TextDocument,
  { range }: Cursor,
  object: ObjectNode | undefined,
  facts: CloudFacts | undefined,
  late: boolean,
): vscode.CompletionList {
  const there = object?.members.find(({ key }) => key === 'properties')?.value;
  const taken = there?.type === 'object' ? there.members.map(({ key }) => key) : [];
  const bundled = WELL_KNOWN_PROPERTIES.map(({ name }) => name);
  const after = document.getText().slice(range.offset + range.length);
  const place = rangeOf(document, range);
  const items = (facts?.properties ?? [])
    .filter(({ name }) => !bundled.includes(name) && !taken.includes(name))
    .map((property) => {
      const item = new vscode.CompletionItem(property.name, vscode.CompletionItemKind.Property);
      item.insertText = /^\s*:/.test(after) ? quote(property.name) : propertySnippet(property, /^\s*"/.test(after));
      item.filterText = quote(property.name);
      item.range = place;
      item.detail = property.namespace;
      item.documentation = propertyMarkdown(property);
      return item;
    });
  return new vscode.CompletionList(items, late);
}

function propertySnippet({ name, values }: PropertyDefinition, followed: boolean): vscode.SnippetString {
  const snippet = new vscode.SnippetString().appendText(`${quote(name)}: "`);
  // VS Code shows choices as a menu; very long ones are better typed.
  if (values.length > 0 && values.length <= 20) snippet.appendChoice([...values]);
  else snippet.appendTabstop();
  return snippet.appendText(followed ? '",' : '"');
}

function rangeOf(document: vscode.TextDocument, { offset, length }: Cursor['range']): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

function stringsIn(object: ObjectNode | undefined, argument: string): readonly string[] {
  const value = object?.members.find(({ key }) => key === argument)?.value;
  return value?.type === 'array' ? value.items.flatMap((item) => (item.type === 'string' ? [item.value] : [])) : [];
}
