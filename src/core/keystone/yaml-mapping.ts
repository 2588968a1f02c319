import { isMap, isScalar, LineCounter, parseDocument, Scalar, visit, type Document } from 'yaml';
import { Failure } from '../failure.ts';
import { parseJson } from '../http/answers.ts';
import type { Problem } from '../problem.ts';
import { plainScalar } from './plain-scalar.ts';

/** Expansions of aliases that no honest file needs. */
const ALIASES_AT_MOST = 100;

/** A file's content, with what is odd about it. Numbers and dates that nobody quoted are `PlainNumber`. */
export interface ParsedMapping {
  readonly content: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Problem[];
}

/**
 * A YAML 1.1 file, as PyYAML reads it, or a JSON file, whose top is a mapping. Aliases are bounded; of duplicate keys the
 * last wins, with a warning. Tags make nothing. Throws `configuration-unreadable` with file and line.
 */
export function parseMapping(text: string, path: string): ParsedMapping {
  const clean = text.replace(/^\ufeff/, '');
  const parsed = path.endsWith('.json') ? parseJsonFile(clean, path) : parseYamlFile(clean, path);
  const { content } = parsed;
  if (content === null || content === undefined) return { content: {}, warnings: parsed.warnings };
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw unreadable(`${path}:1`, 'The file is not a mapping with "clouds:" at its top.');
  }
  return { content: content as ParsedMapping['content'], warnings: parsed.warnings };
}

function parseJsonFile(
  text: string,
  path: string,
): { readonly content: unknown; readonly warnings: readonly Problem[] } {
  const content = parseJson(text);
  if (content === undefined) throw unreadable(path, 'The file is no JSON.');
  return { content, warnings: [] };
}

function parseYamlFile(
  text: string,
  path: string,
): { readonly content: unknown; readonly warnings: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(`${path}:${lines.linePos(error.pos[0]).line}`, error.message);
  const warnings = duplicateKeys(document, (offset) => lines.linePos(offset).line, path);
  resolveScalars(document);
  try {
    return { content: document.toJS({ maxAliasCount: ALIASES_AT_MOST }) as unknown, warnings };
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Values only: a key stays the text that it is. */
function resolveScalars(document: Document): void {
  visit(document, {
    Scalar: (key, node) => {
      if (key !== 'key' && node.type === Scalar.PLAIN && node.tag === undefined && node.source !== undefined)
        node.value = plainScalar(node.source);
    },
  });
}

function duplicateKeys(document: Document, lineOf: (offset: number) => number, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map: (_, node) => {
      const known = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (known.has(key.value)) {
          const line = lineOf(key.range?.[0] ?? 0);
          const message = `${path}:${line}: "${String(key.value)}" is there twice in one mapping; the last one counts.`;
          problems.push({ severity: 'warning', code: 'duplicate-key', message, line });
        }
        known.add(key.value);
      }
    },
  });
  return isMap(document.contents) ? problems : [];
}

function unreadable(where: string, why: string, cause?: unknown): Failure {
  const details = {
    next: 'Correct the file; no other one is read in its place.',
    ...(cause === undefined ? {} : { cause }),
  };
  return new Failure('configuration-unreadable', `${where}: ${why}`, details);
}
