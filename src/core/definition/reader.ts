import type { Severity, TextRange } from '../problem.ts';
import type { SyntaxNode } from './syntax-tree.ts';

/** Takes a problem of a definition at its place. */
export type Report = (severity: Severity, code: string, message: string, range: TextRange) => void;

/** A value as a definition carries it once it is checked. */
export type ArgumentValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly (string | Readonly<Record<string, string>>)[]
  | Readonly<Record<string, string | null>>;

/** What a check works with: the file's text, for values as they are written, and where problems go. */
export interface Reading {
  readonly text: string;
  readonly report: Report;
}

const KINDS: Readonly<Record<SyntaxNode['type'], string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

/** Reports that a value has the wrong type; `null` stands for a refused value. Values are not repeated: they may be secrets. */
export function reportWrongType({ report }: Reading, subject: string, wanted: string, node: SyntaxNode): null {
  const hint =
    node.type === 'null' ? ' Leave the line out to omit it.' : node.type === 'string' ? hintForString(wanted) : '';
  report('error', 'wrong-type', `${subject} must be ${wanted}, not ${KINDS[node.type]}.${hint}`, node.range);
  return null;
}

function hintForString(wanted: string): string {
  if (wanted === KINDS.boolean || wanted.startsWith('a whole number')) return ' Write it without quotes.';
  return wanted.startsWith('a list') ? ' Put it in brackets.' : '';
}
