import { LineCounter, Scalar, visit, isMap, isScalar, type Document, type ErrorCode } from 'yaml';
import { Failure } from '../../failure.ts';
import { parseJson } from '../../http/answers.ts';
import type { Problem } from '../../problem.ts';
import type { PositionOf } from '../clouds/cloud-problem.ts';
import { plainScalar } from './plain-scalar.ts';
import { keyPositions } from './key-position.ts';
import { readDocument, readTokens, YamlRefused } from './yaml-document.ts';

/** Most bytes of a file; enough for ten thousand clouds. */
export const CLOUDS_FILE_BYTES = 1024 * 1024;
/** Characters of a tag that are shown. */
const TAG_SHOWN_AT_MOST = 60;
/** Most problems of one kind that are reported. */
const WARNINGS_AT_MOST = 100;

/** Our own messages by the parser's codes: the parser's messages quote the file, and maybe a password. */
const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'A backslash in double quotes is not a YAML escape here. Use single quotes.',
  BAD_INDENT: 'The indentation does not match the lines around it.',
  BAD_SCALAR_START: 'A value begins with a character that is special in YAML. Put it in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'The line has a second colon followed by a space. Put the value in quotes.',
  MISSING_CHAR: 'A quote, bracket, colon or comma is missing.',
  MULTILINE_IMPLICIT_KEY: 'A colon is missing, or a quote before it is never closed.',
  MULTIPLE_DOCS: 'A second document begins ("---"). Only one is allowed.',
  TAB_AS_INDENT: 'A tab is used for indentation. YAML allows only spaces.',
};

/** A file's content, with its problems. Unquoted numbers and dates are `PlainNumber`. */
export interface ParsedMapping {
  readonly content: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Problem[];
  readonly positionOf: PositionOf;
}

/**
 * Parses a YAML 1.1 file, as PyYAML does, or a JSON file, whose top is a mapping. Its size is limited; of duplicate keys the
 * last wins, with a warning. Tags of YAML itself are ignored, others refused as PyYAML does. Throws `configuration-unreadable` with file and line.
 */
export function parseMapping(text: string, path: string): ParsedMapping {
  const clean = text.replace(/^\ufeff/, '');
  checkText(clean, path);
  const { content, warnings, positionOf } = parseFile(clean, path);
  if (content === null || content === undefined) return { content: {}, warnings, positionOf };
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw unreadable(`${path}:1`, 'The file is not a mapping with "clouds:" at the top level.');
  }
  return { content: content as ParsedMapping['content'], warnings, positionOf };
}

function parseFile(text: string, path: string): Parsed {
  try {
    return path.endsWith('.json') ? parseJsonFile(text, path) : parseYamlFile(text, path);
  } catch (error) {
    throw error instanceof YamlRefused ? unreadable(`${path}:${error.line}`, error.message) : error;
  }
}

function checkText(text: string, path: string): void {
  if (text.length > CLOUDS_FILE_BYTES) throw unreadable(path, 'The file is larger than 1 MiB.');
  const foreign = text.indexOf('\ufffd');
  if (foreign < 0) return;
  const line = text.slice(0, foreign).split('\n').length;
  throw unreadable(`${path}:${line}`, 'The file is not UTF-8, so a password could be misread. Save the file as UTF-8.');
}

/** A file's content of any type. */
type Parsed = Pick<ParsedMapping, 'warnings' | 'positionOf'> & { readonly content: unknown };

function parseJsonFile(text: string, path: string): Parsed {
  // JSON is YAML too, with the same limits.
  Array.from(readTokens(text, new LineCounter()));
  const content = parseJson(text);
  if (content === undefined) throw unreadable(path, 'The file is not JSON.');
  // Positions are computed on demand.
  let positions: PositionOf | undefined;
  return { content, warnings: [], positionOf: (keys) => (positions ??= positionsIn(text))(keys) };
}

function positionsIn(text: string): PositionOf {
  const lines = new LineCounter();
  return keyPositions(readDocument(text, lines), lines);
}

function parseYamlFile(text: string, path: string): Parsed {
  const lines = new LineCounter();
  const bounded = readDocument(text, lines);
  const { document } = bounded;
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw unreadable(`${path}:${line}`, WORDS[error.code] ?? `This is not YAML (at column ${col}, ${error.code}).`);
  }
  const unknown = unknownTag(document);
  if (unknown !== undefined)
    throw unreadable(
      `${path}:${lines.linePos(unknown.offset).line}`,
      `The tag ${unknown.tag} is for another tool, so its value can't be read here. Use the plain value, or put it into secure.yaml or the environment.`,
    );
  const warnings = duplicateKeys(document, (offset) => lines.linePos(offset).line, path);
  resolveScalars(document);
  try {
    // The limits are already checked, and the library's own count is slow.
    const content = document.toJS({ maxAliasCount: -1 }) as unknown;
    return { content, warnings, positionOf: keyPositions(bounded, lines) };
  } catch {
    throw unreadable(path, 'Its aliases or merge keys cannot be expanded.');
  }
}

/** Only values: keys stay text. */
function resolveScalars(document: Document): void {
  visit(document, {
    Scalar: (key, node) => {
      if (key !== 'key' && node.type === Scalar.PLAIN && node.tag === undefined && node.source !== undefined)
        node.value = plainScalar(node.source);
    },
  });
}

/** The first tag that is not YAML's own: its value means something only to another tool, e.g. Ansible's `!vault`. */
function unknownTag(document: Document): { readonly tag: string; readonly offset: number } | undefined {
  let found: { readonly tag: string; readonly offset: number } | undefined;
  visit(document, {
    Node: (_, node) => {
      const { tag } = node;
      if (tag === undefined || tag === '!' || tag.startsWith('tag:yaml.org,2002:')) return undefined;
      found = { tag: tag.slice(0, TAG_SHOWN_AT_MOST), offset: node.range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}

function duplicateKeys(document: Document, lineOf: (offset: number) => number, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map: (_, node) => {
      const known = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (known.has(key.value) && problems.length < WARNINGS_AT_MOST) {
          const line = lineOf(key.range?.[0] ?? 0);
          const message = `${path}:${line}: "${String(key.value)}" appears twice in one mapping. The last one counts.`;
          problems.push({ severity: 'warning', code: 'duplicate-key', message, line });
        }
        known.add(key.value);
      }
    },
  });
  return isMap(document.contents) ? problems : [];
}

function unreadable(where: string, why: string): Failure {
  return new Failure('configuration-unreadable', `${where}: ${why}`, {
    next: 'Correct the file. No other file is read instead.',
  });
}
