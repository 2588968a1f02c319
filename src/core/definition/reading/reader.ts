import type { ErrorCode } from '../../error-codes.ts';
import type { MemberArgument } from '../definition.ts';
import type { ProblemFix, Severity, TextRange } from '../../problem.ts';
import type { SyntaxNode } from '../text/syntax-tree.ts';

/** Receives a problem of a definition with its position. */
export type Report = (
  severity: Severity,
  code: ErrorCode,
  message: string,
  range: TextRange,
  fixes?: readonly ProblemFix[],
) => void;

/** A value as a definition carries it once it is checked. */
export type ArgumentValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly (string | MemberArgument)[]
  | Readonly<Record<string, string | null>>;

/** The input of a check: the file's text, for values as written, and the receiver of problems. */
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
    node.type === 'null' ? ' Remove the line to omit it.' : node.type === 'string' ? hintForString(wanted) : '';
  const message = `${subject} must be ${wanted}, not ${KINDS[node.type]}.${hint}`;
  report('error', 'wrong-type', message, node.range, fixesForType(wanted, node));
  return null;
}

/** Only fixes that keep the meaning. */
function fixesForType(wanted: string, node: SyntaxNode): readonly ProblemFix[] | undefined {
  if (node.type === 'null') return [{ kind: 'remove' }];
  if (wanted === 'a string') {
    return node.type === 'number' || node.type === 'boolean'
      ? [{ kind: 'set-value', value: String(node.value) }]
      : undefined;
  }
  if (node.type !== 'string') return undefined;
  const { value } = node;
  if (wanted.startsWith('a list')) return [{ kind: 'set-value', value: [value] }];
  if (wanted === KINDS.boolean) {
    const said = /^(?:true|yes)$/i.test(value) ? true : /^(?:false|no)$/i.test(value) ? false : undefined;
    return said === undefined ? undefined : [{ kind: 'set-value', value: said }];
  }
  return wanted === 'a whole number' && /^\d{1,10}$/.test(value)
    ? [{ kind: 'set-value', value: Number(value) }]
    : undefined;
}

function hintForString(wanted: string): string {
  if (wanted === KINDS.boolean || wanted.startsWith('a whole number')) return ' Write it without quotes.';
  return wanted.startsWith('a list') ? ' Put it in brackets.' : '';
}
