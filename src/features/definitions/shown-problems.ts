import * as vscode from 'vscode';
import type { CloudFacts } from '../../core/cloud-facts.ts';
import type { Definition } from '../../core/definition/definition.ts';
import { factProblems, isAnswered } from '../../core/definition/reading/fact-problems.ts';
import type { Problem, Severity } from '../../core/problem.ts';
import { filePath } from '../../platform/files/uris.ts';
import type { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import type { DefinitionsStore } from '../../state/definitions/definitions.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import type { UpstreamStore } from '../../state/definitions/upstream.ts';
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

/** What problems come from. */
export interface ProblemSources {
  readonly definitions: DefinitionsStore;
  readonly plans: PlansStore;
  readonly knowledge: CloudKnowledge;
  readonly upstream: UpstreamStore;
}

/**
 * What is shown in a document: what the parser finds, what two files say twice, what the last plan of an unchanged definition
 * was blocked by, and what its cloud, by what it has said already, is against. `undefined` while its newest text is not parsed yet. Asks no cloud.
 */
export function shownProblems(
  document: vscode.TextDocument,
  { definitions, plans, knowledge, upstream }: ProblemSources,
): readonly ShownProblem[] | undefined {
  const file = filePath(document.uri);
  const parsed = definitions.files.find((each) => each.file === file);
  if (parsed?.text !== document.getText()) return undefined;
  const planned = parsed.definitions.flatMap((definition) => plans.problemsOf(definition));
  const factsOf = (definition: Definition): readonly CloudFacts[] => knownFacts(definition, knowledge);
  const own = parsed.problems.filter(
    (problem) =>
      (problem.code !== 'syntax-error' || !jsonFeaturesValidate()) &&
      !parsed.definitions.some(
        (definition) => holds(definition, problem) && isAnswered(problem, definition, factsOf(definition)),
      ),
  );
  // What a plan has said of a place is not said again in other words.
  const said = new Set([...own, ...planned].map(({ range }) => range?.offset));
  const byFacts = parsed.definitions
    .flatMap((definition) => factProblems(definition, factsOf(definition)))
    .filter(({ range }) => !said.has(range?.offset));
  const moved = parsed.definitions.flatMap((definition) => upstream.problemsOf(definition));
  return unique([...own, ...definitions.duplicates(file), ...planned, ...byFacts, ...moved]).map((problem) => ({
    problem,
    diagnostic: diagnosticOf(document, problem),
  }));
}

/** What is no JSON and has a way out, where VS Code itself marks it; nothing while the newest text is not parsed yet. */
export function syntaxProblems(
  document: vscode.TextDocument,
  { definitions }: Pick<ProblemSources, 'definitions'>,
): readonly ShownProblem[] {
  const file = filePath(document.uri);
  const parsed = definitions.files.find((each) => each.file === file);
  if (parsed?.text !== document.getText() || !jsonFeaturesValidate()) return [];
  return parsed.problems
    .filter(({ code, fixes }) => code === 'syntax-error' && fixes !== undefined)
    .map((problem) => ({ problem, diagnostic: diagnosticOf(document, problem) }));
}

/** What its cloud said of each region of a definition, as far as somebody has asked. */
function knownFacts({ arguments: given, file }: Definition, knowledge: CloudKnowledge): readonly CloudFacts[] {
  const regions = given.regions ?? [given.region];
  return regions.flatMap((region) => knowledge.peek({ cloud: given.cloud, region, file }) ?? []);
}

function holds({ range }: Definition, problem: Problem): boolean {
  const at = problem.range?.offset ?? -1;
  return range.offset <= at && at < range.offset + range.length;
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
  if (problem.cause !== undefined) {
    const { file, line, column } = problem.cause;
    const place = new vscode.Location(vscode.Uri.file(file), new vscode.Position(line - 1, column - 1));
    result.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, 'It is written here.')];
  }
  return result;
}
