import { ARGUMENTS, findArgument } from '../arguments.ts';
import type { ProblemFix } from '../../problem.ts';
import { closest } from './closest.ts';
import { reportConflicts, type WrittenArgument } from './conflicts.ts';
import type { ArgumentPlace, DefinitionArguments } from '../definition.ts';
import { SOURCE_ARGUMENTS } from '../source.ts';
import { EXPORTED_ATTRIBUTES, OTHER_NAMES } from './other-names.ts';
import type { ArgumentValue, Reading, Report } from './reader.ts';
import { readValue } from './read-value.ts';
import type { Member, ObjectNode, SyntaxNode } from '../text/syntax-tree.ts';
import { WELL_KNOWN_PROPERTIES } from '../help/well-known-properties.ts';

const REMOVE: readonly ProblemFix[] = [{ kind: 'remove' }];
const ARGUMENT_NAMES = ARGUMENTS.map(({ name }) => name);
const WELL_KNOWN_NAMES: ReadonlySet<string> = new Set(WELL_KNOWN_PROPERTIES.map(({ name }) => name));
const REQUIRED = ARGUMENTS.filter(({ required }) => required === true).map(({ name }) => name);

/** One object of a file, read. `arguments` is absent where a required one is missing or was refused. */
export interface ReadDefinition {
  readonly arguments: DefinitionArguments | undefined;
  readonly places: ReadonlyMap<string, ArgumentPlace>;
}

/** Reads one object of a file and reports its problems to `reading.report`. */
export function readDefinition(node: ObjectNode, reading: Reading): ReadDefinition {
  const places = new Map<string, ArgumentPlace>();
  const written = new Map<string, WrittenArgument>();
  for (const member of node.members) {
    const argument = findArgument(member.key);
    if (argument === undefined) {
      reportUnknown(member, reading.report);
      continue;
    }
    if (written.has(argument.name)) {
      const message = `"${argument.name}" is given twice. Remove one.`;
      reading.report('error', 'duplicate-argument', message, member.keyRange, REMOVE);
      continue;
    }
    addPlaces(argument.name, member.keyRange, member.value, places);
    written.set(argument.name, { member, value: readValue(argument, member.value, reading) });
  }
  reportMissing(node, written, reading.report);
  reportConflicts(written, reading.report);
  return { arguments: assemble(written), places };
}

function reportUnknown({ key, keyRange }: Member, report: Report): void {
  const name = JSON.stringify(key);
  if (EXPORTED_ATTRIBUTES.has(key)) {
    const meant = EXPORTED_ATTRIBUTES.get(key);
    const hint = meant === undefined ? 'Remove it.' : `Remove it, or use "${meant}" instead.`;
    const rename: readonly ProblemFix[] = meant === undefined ? [] : [{ kind: 'rename', name: meant }];
    const message = `${name} is set by the cloud and is read-only. ${hint}`;
    report('error', 'exported-attribute', message, keyRange, [...REMOVE, ...rename]);
    return;
  }
  const { hint = '', fixes } = meantBy(key);
  report('error', 'unknown-argument', `There is no argument ${name}.${hint}`, keyRange, fixes);
}

/** The most likely meaning of an unknown argument. */
function meantBy(key: string): { readonly hint?: string; readonly fixes?: readonly ProblemFix[] } {
  const other = OTHER_NAMES.get(key);
  if (other !== undefined) return { hint: ` Use "${other}" instead.`, fixes: [{ kind: 'rename', name: other }] };
  // A well-known property is near some argument only by chance.
  if (!WELL_KNOWN_NAMES.has(key)) {
    const near = closest(key, ARGUMENT_NAMES);
    if (near !== undefined) return { hint: ` Did you mean "${near}"?`, fixes: [{ kind: 'rename', name: near }] };
    if (!/^(?:hw|os|img|vmware|cinder|trait)[_:]/.test(key)) return {};
  }
  const hint = ' It is an image property. Put it under "properties".';
  return { hint, fixes: [{ kind: 'move', to: `properties/${key}` }] };
}

function addPlaces(
  path: string,
  key: ArgumentPlace['key'],
  node: SyntaxNode,
  places: Map<string, ArgumentPlace>,
): void {
  places.set(path, { key, value: node.range });
  if (node.type === 'array') {
    for (const [index, item] of node.items.entries()) addPlaces(`${path}/${index}`, item.range, item, places);
  } else if (node.type === 'object') {
    for (const member of node.members) addPlaces(`${path}/${member.key}`, member.keyRange, member.value, places);
  }
}

function reportMissing(node: ObjectNode, written: ReadonlyMap<string, WrittenArgument>, report: Report): void {
  for (const name of REQUIRED) {
    if (written.has(name)) continue;
    // Only the opening brace, so that the whole object is not underlined while it is being written.
    const place = { offset: node.range.offset, length: 1 };
    const value = name === 'container_format' ? 'bare' : name === 'disk_format' ? formatByEnding(written) : undefined;
    const fixes: readonly ProblemFix[] = value === undefined ? [] : [{ kind: 'set-argument', argument: name, value }];
    report('error', 'missing-argument', `The definition needs "${name}".`, place, fixes);
  }
}

/** The kind of the source by its name; the content is inspected before anything is sent. */
function formatByEnding(written: ReadonlyMap<string, WrittenArgument>): string | undefined {
  const source = SOURCE_ARGUMENTS.map((name) => written.get(name)?.value).find((value) => value !== undefined);
  if (typeof source !== 'string') return undefined;
  return /\.(qcow2|raw|vmdk|vhdx?|vdi|iso)(?:\.(?:gz|bz2|xz|zst))?(?:[?#].*)?$/i.exec(source)?.[1]?.toLowerCase();
}

/** Each value was checked against the table, so only missing ones are left to find. */
function assemble(written: ReadonlyMap<string, WrittenArgument>): DefinitionArguments | undefined {
  const arguments_: Partial<Record<string, ArgumentValue>> = {};
  for (const [name, { value }] of written) {
    if (value !== null) arguments_[name] = value;
  }
  return isComplete(arguments_) ? arguments_ : undefined;
}

function isComplete(arguments_: object): arguments_ is DefinitionArguments {
  return REQUIRED.every((name) => Object.hasOwn(arguments_, name));
}
