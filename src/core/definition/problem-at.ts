import type { ErrorCode } from '../error-codes.ts';
import type { Definition } from './definition.ts';
import { sourceArgument } from './source.ts';
import { LineIndex } from './text/line-index.ts';
import type { Problem, Severity } from '../problem.ts';

/** A problem at an argument of a definition. If the definition does not set it: at its name, else at its beginning. */
export function problemAt(
  definition: Definition,
  severity: Severity,
  code: ErrorCode,
  message: string,
  argument = 'name',
): Problem {
  const place = definition.places.get(argument) ?? definition.places.get('name');
  return { severity, code, message, ...new LineIndex(definition.text).place(place?.value ?? definition.range) };
}

/** A problem at the argument that names the source. */
export function problemAtSource(definition: Definition, severity: Severity, code: ErrorCode, message: string): Problem {
  return problemAt(definition, severity, code, message, sourceArgument(definition));
}
