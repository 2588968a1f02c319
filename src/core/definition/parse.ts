import type { Problem, TextRange } from '../problem.ts';
import type { Definition, DefinitionFile } from './definition.ts';
import { duplicatesWithin } from './reading/duplicates.ts';
import { LineIndex } from './text/line-index.ts';
import { makeListEdits } from './edits/make-list.ts';
import { readDefinition } from './reading/read-definition.ts';
import {
  MAXIMUM_DEPTH,
  MAXIMUM_VALUES,
  readSyntaxTree,
  type SyntaxNode,
  type SyntaxProblem,
} from './text/syntax-tree.ts';

/** Bytes of a definition file, about 4,000 definitions. */
export const DEFINITION_FILE_BYTES = 4 * 1024 * 1024;

/** Syntax errors beyond these usually follow from the first ones. */
const MAXIMUM_SYNTAX_PROBLEMS = 10;
/** Problems of a whole file; nobody reads more, and the editor takes long to show them. */
const MAXIMUM_PROBLEMS = 5000;

/** What an editor reads in place of bytes that are not UTF-8. Nobody means it: a name with it would be sent as such. */
const REPLACEMENT = '\ufffd';

const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'Expected a value: a string in double quotes, a number, true, false, null, an object or a list.',
  InvalidNumberFormat: 'This is not a number.',
  PropertyNameExpected: 'Expected the name of an argument, in double quotes.',
  ValueExpected: 'Expected a value.',
  ColonExpected: 'Expected a colon.',
  CommaExpected: 'Expected a comma.',
  CloseBraceExpected: 'Expected a closing brace.',
  CloseBracketExpected: 'Expected a closing bracket.',
  EndOfFileExpected: 'Expected the end of the file. Put several definitions in brackets, with commas between them.',
  InvalidCommentToken: 'Comments are not allowed here.',
  UnexpectedEndOfComment: 'The comment has no end.',
  UnexpectedEndOfString: 'The string has no closing quote.',
  UnexpectedEndOfNumber: 'The number has no end.',
  InvalidUnicode: 'Expected four hexadecimal digits after \\u.',
  InvalidEscapeCharacter: 'Unknown escape. Write a backslash as \\\\.',
  InvalidCharacter: 'Write control characters as escapes, such as \\n.',
  TooDeep: `This is nested too deeply for a definition: more than ${MAXIMUM_DEPTH} levels.`,
  TooLarge: `The file is too large: it has more than ${MAXIMUM_VALUES} names and values. Use several files.`,
};

/**
 * The definitions of a `*.image.jsonc` file, with everything that can be said against them without asking a cloud.
 * Takes any text and throws nothing. A file that is not JSONC, or not UTF-8, has no definitions: what its objects are is then a guess.
 * @param file Absolute path; only carried along.
 */
export function parseDefinitions(text: string, file: string): DefinitionFile {
  const lines = new LineIndex(text);
  const foreign = text.indexOf(REPLACEMENT);
  if (foreign >= 0) return { file, text, definitions: [], problems: [notUtf8(foreign, lines)] };
  const tree = readSyntaxTree(text);
  if (tree.problems.length > 0) {
    const problems = tree.problems
      .slice(0, MAXIMUM_SYNTAX_PROBLEMS)
      .map((problem) => ({ ...syntaxProblem(problem, lines), ...fixesOf(problem, text) }));
    return { file, text, definitions: [], problems };
  }
  const problems: Problem[] = [];
  const definitions = readRoot(tree.root, { text, file, lines }, problems);
  const duplicates = duplicatesWithin(definitions, lines);
  for (const duplicate of duplicates.values()) problems.push(duplicate);
  problems.sort((left, right) => (left.range?.offset ?? 0) - (right.range?.offset ?? 0));
  return { file, text, definitions: definitions.filter((definition) => !duplicates.has(definition)), problems };
}

function notUtf8(offset: number, lines: LineIndex): Problem {
  const message = 'The file is not UTF-8, so names could be misread. Save the file as UTF-8.';
  return { severity: 'error', code: 'not-utf-8', message, ...lines.place({ offset, length: REPLACEMENT.length }) };
}

interface Source {
  readonly text: string;
  readonly file: string;
  readonly lines: LineIndex;
}

function syntaxProblem({ kind, range }: SyntaxProblem, lines: LineIndex): Problem {
  const message = SYNTAX_MESSAGES[kind] ?? `The text is not JSON with comments (${kind}).`;
  return { severity: 'error', code: 'syntax-error', message, ...lines.place(range) };
}

/** Text after the first definition is most likely the next one. */
function fixesOf({ kind }: SyntaxProblem, text: string): Pick<Problem, 'fixes'> {
  return kind === 'EndOfFileExpected' && makeListEdits(text).length > 0 ? { fixes: [{ kind: 'make-list' }] } : {};
}

function readRoot(root: SyntaxNode | undefined, source: Source, problems: Problem[]): Definition[] {
  if (root === undefined || (root.type === 'array' && root.items.length === 0)) {
    const message =
      'The file contains no definition. Write an object with "name", "container_format" and "disk_format".';
    const range = root?.range ?? { offset: 0, length: 0 };
    problems.push({ severity: 'warning', code: 'no-definition', message, ...source.lines.place(range) });
    return [];
  }
  const items = root.type === 'array' ? root.items : [root];
  try {
    return items
      .map((node, index) => readItem(node, index, source, problems))
      .filter((definition) => definition !== undefined);
  } catch (error) {
    if (!(error instanceof TooManyProblems)) throw error;
    const message = `This file has more than ${MAXIMUM_PROBLEMS} problems, so the rest is not read and it has no definitions.`;
    problems.push({ severity: 'error', code: 'too-many-problems', message, ...source.lines.place(error.range) });
    return [];
  }
}

class TooManyProblems extends Error {
  readonly range: TextRange;

  constructor(range: TextRange) {
    super('Too many problems.');
    this.range = range;
  }
}

function readItem(node: SyntaxNode, index: number, source: Source, problems: Problem[]): Definition | undefined {
  const { text, file, lines } = source;
  if (node.type !== 'object') {
    const message = 'A definition is an object: { "name": … }.';
    problems.push({ severity: 'error', code: 'wrong-type', message, ...lines.place(node.range) });
    return undefined;
  }
  const before = problems.length;
  const read = readDefinition(node, {
    text,
    report: (severity, code, message, range, fixes) => {
      if (problems.length >= MAXIMUM_PROBLEMS) throw new TooManyProblems(range);
      problems.push({ severity, code, message, ...lines.place(range), ...(fixes === undefined ? {} : { fixes }) });
    },
  });
  const refused = problems.slice(before).some(({ severity }) => severity === 'error');
  if (refused || read.arguments === undefined) return undefined;
  const { line } = lines.at(node.range.offset);
  return { file, text, index, arguments: read.arguments, range: node.range, places: read.places, line };
}
