import * as vscode from 'vscode';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import { stringsIn, type Cursor } from '../../core/definition/text/cursor.ts';
import { CONTAINER_FORMATS, DISK_FORMATS, type Choice } from '../../core/definition/formats.ts';
import { namesAround } from '../../core/definition/help/offered-names.ts';
import type { ObjectNode } from '../../core/definition/text/syntax-tree.ts';
import { WELL_KNOWN_PROPERTIES } from '../../core/definition/help/well-known-properties.ts';
import { describePlace } from '../../core/place.ts';

/** A value that is offered. */
export interface Offer {
  readonly value: string;
  /** Beside the value, short. */
  readonly detail?: string | undefined;
  readonly documentation?: vscode.MarkdownString | string | undefined;
}

/** What is known of the value at a cursor. */
export type Subject =
  | 'disk_format'
  | 'container_format'
  | 'region'
  | 'store'
  | 'project'
  | 'cloud'
  | 'secret'
  | 'property-name'
  | 'property-value';

/** The items of lists. */
const ITEMS: ReadonlyMap<string, Subject> = new Map([
  ['regions', 'region'],
  ['stores', 'store'],
  ['members', 'project'],
  ['ignore', 'property-name'],
]);

/** What the value at a cursor is about, and whether the list that it belongs in is still to be written. */
export function subjectAt({ path, writes }: Cursor): { readonly subject: Subject; readonly wrap: boolean } | undefined {
  const [first = '', second, third, ...more] = path;
  if (more.length > 0 || writes === 'name') return undefined;
  if (first === 'disk_format' || first === 'container_format' || first === 'region' || first === 'cloud')
    return second === undefined ? { subject: first, wrap: false } : undefined;
  if (first === 'image_source_password') return second === undefined ? { subject: 'secret', wrap: false } : undefined;
  if (first === 'members' && third === 'accept_with') return { subject: 'cloud', wrap: false };
  if (first === 'members' && third === 'project') return { subject: 'project', wrap: false };
  if (first === 'properties')
    return second !== undefined && third === undefined ? { subject: 'property-value', wrap: false } : undefined;
  const subject = ITEMS.get(first);
  return subject === undefined || third !== undefined ? undefined : { subject, wrap: second === undefined };
}

/** The values that fit, by what the cloud says, or by what is bundled where it does not. */
export function offersOf(
  subject: Exclude<Subject, 'cloud' | 'secret'>,
  { path }: Cursor,
  object: ObjectNode | undefined,
  facts: CloudFacts | undefined,
): readonly Offer[] {
  const where = facts === undefined ? undefined : describePlace(facts.place);
  const isFree = (value: string): boolean => !stringsIn(object, path[0] ?? '').includes(value);
  switch (subject) {
    case 'disk_format':
      return formats(DISK_FORMATS, facts?.formats?.disk, where);
    case 'container_format':
      return formats(CONTAINER_FORMATS, facts?.formats?.container, where);
    case 'region':
      return (facts?.regions ?? []).filter(isFree).map((value) => ({ value, detail: facts?.place.cloud }));
    case 'store':
      return (facts?.stores ?? [])
        .filter(({ id, readOnly }) => !readOnly && isFree(id))
        .map(({ id, description, isDefault }) => ({
          value: id,
          detail: isDefault ? 'default store' : where,
          documentation: description ?? undefined,
        }));
    case 'project':
      return (facts?.projects ?? [])
        .filter(({ id }) => isFree(id))
        .map(({ id, name }) => ({ value: id, detail: name }));
    case 'property-name':
      return propertyNames(object, facts).filter(({ value }) => isFree(value));
    case 'property-value':
      return valuesOf(path[1] ?? '', facts).map((value) => ({ value, detail: where }));
  }
}

/** References to secrets by name: those that are kept, or one that will be asked for, and variables that can be read. */
export function secretOffers(kept: readonly string[], variables: readonly string[]): readonly Offer[] {
  const names = kept.length === 0 ? ['image-source'] : kept;
  return [
    ...names.map((name) => ({
      value: `\${secret:${name}}`,
      detail: 'secret storage',
      ...(kept.length === 0 ? { documentation: 'You are asked for it once, and it is saved.' } : {}),
    })),
    ...variables.map((name) => ({ value: `\${env:${name}}`, detail: 'environment' })),
  ];
}

/** What most people want first; what only this cloud knows last. */
function formats(
  known: readonly Choice[],
  offered: readonly string[] = [],
  where: string | undefined,
): readonly Offer[] {
  if (offered.length === 0)
    return known.map(({ value, description }) => ({ value, documentation: new vscode.MarkdownString(description) }));
  const usual = known.filter(({ value }) => offered.includes(value));
  const others = offered.filter((value) => !known.some((each) => each.value === value));
  return [
    ...usual.map(({ value, description }) => ({
      value,
      detail: where,
      documentation: new vscode.MarkdownString(description),
    })),
    ...others.map((value) => ({ value, detail: where })),
  ];
}

/** One that the definition writes can't be ignored too. */
function propertyNames(object: ObjectNode | undefined, facts: CloudFacts | undefined): readonly Offer[] {
  const written = namesAround(object, ['properties', '']);
  const described = (facts?.properties ?? []).map(({ name, title }) => ({ value: name, detail: title }));
  const bundled = WELL_KNOWN_PROPERTIES.map(({ name }) => ({ value: name }));
  const names = new Map<string, Offer>([...bundled, ...described].map((each) => [each.value, each]));
  return [...names.values()]
    .filter(({ value }) => !written.has(value))
    .toSorted((one, other) => (one.value < other.value ? -1 : 1));
}

/** Those of well-known properties that every cloud knows come from the schema. */
function valuesOf(property: string, facts: CloudFacts | undefined): readonly string[] {
  const bundled = WELL_KNOWN_PROPERTIES.find(({ name }) => name === property)?.values ?? [];
  const said = facts?.properties.find(({ name }) => name === property)?.values ?? [];
  return said.filter((value) => !bundled.includes(value));
}
