import { LineCounter, parseDocument } from 'yaml';
import { Failure } from '../failure.ts';
import type { Problem } from '../problem.ts';

/**
 * A YAML 1.1 file, as PyYAML reads it, whose top is a mapping. Aliases are bounded; of duplicate keys the last wins, with a
 * warning. Throws `configuration-unreadable` with file and line.
 */
export function parseYamlMapping(
  text: string,
  path: string,
): { readonly content: Readonly<Record<string, unknown>>; readonly warnings: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\ufeff/, ''), {
    version: '1.1',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw new Failure('configuration-unreadable', `${path}:${line}: ${error.message}`);
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new Failure(
      'configuration-unreadable',
      `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (content === null || content === undefined) return { content: {}, warnings: [] };
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new Failure('configuration-unreadable', `${path}:1: The file is not a mapping with "clouds:" at its top.`);
  }
  return { content: content as Readonly<Record<string, unknown>>, warnings: [] };
}
