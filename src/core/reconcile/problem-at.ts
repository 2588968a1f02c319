import type { Definition } from '../definition/definition.ts';
import type { Problem, Severity } from '../problem.ts';

/**
 * A problem at an argument of a definition, or at its name (else its beginning) where the argument is not written.
 * Line and column are left to whoever has the file's text; the line of the definition stands in.
 */
export function problemAt(
  definition: Definition,
  severity: Severity,
  code: string,
  message: string,
  argument = 'name',
): Problem {
  const place = definition.places.get(argument) ?? definition.places.get('name');
  return { severity, code, message, range: place?.value ?? definition.range, line: definition.line, column: 1 };
}
