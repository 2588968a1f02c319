import * as vscode from 'vscode';
import type { Problem, Severity } from '../../core/problem.ts';
import { filePath } from '../../platform/uris.ts';
import type { DefinitionsStore } from '../../state/definitions.ts';
import type { PlansStore } from '../../state/plans.ts';
import { jsonFeaturesValidate } from './json-features.ts';

/** A problem as it is shown in a document. */
export interface ShownProblem {
  readonly problem: Problem;
  readonly diagnostic: vscode.Diagnostic;
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/**
 * What is shown in a document: what the parser finds, what two files say twice, and what the last plan of an unchanged definition
 * was blocked by. `undefined` while its newest text is not parsed yet. Asks no cloud.
 */
export function shownProblems(
  document: vscode.TextDocument,
  definitions: DefinitionsStore,
  plans: PlansStore,
): readonly ShownProblem[] | undefined {
  const file = filePath(document.uri);
  const parsed = definitions.files.find((each) => each.file === file);
  if (parsed?.text !== document.getText()) return undefined;
  const planned = parsed.definitions.flatMap((definition) => plans.problemsOf(definition));
  const own = parsed.problems.filter(({ code }) => code !== 'syntax-error' || !jsonFeaturesValidate());
  return unique([...own, ...definitions.duplicates(file), ...planned]).map((problem) => ({
    problem,
    diagnostic: diagnosticOf(document, problem),
  }));
}

/** Two regions tend to be blocked by the same thing. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems)
    seen.set(JSON.stringify([problem.code, problem.message, problem.range?.offset]), problem);
  return [...seen.values()];
}

function diagnosticOf(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const { offset, length } = problem.range ?? { offset: 0, length: 1 };
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  // A whole object underlined would bury everything else in it.
  const shown = range.isSingleLine ? range : new vscode.Range(range.start, document.lineAt(range.start).range.end);
  const result = new vscode.Diagnostic(shown, problem.message, severities[problem.severity]);
  result.source = 'glance';
  result.code = problem.code;
  return result;
}
