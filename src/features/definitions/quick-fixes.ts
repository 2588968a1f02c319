import * as vscode from 'vscode';
import { fixAllEdits, isCertain } from '../../core/definition/edits/fix-all.ts';
import { fixEdits, type TextFix } from '../../core/definition/edits/fix.ts';
import type { Problem, ProblemFix } from '../../core/problem.ts';
import { workspaceEdit } from '../../platform/files/edits.ts';
import { driftFixes, shownDrift } from './drift.ts';
import { shownProblems, syntaxProblems, type ProblemSources, type ShownProblem } from './shown-problems.ts';

/** Mends every slip in a definition file that can only mean one thing; can be set to run on save. */
const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('glance');

/** The ways out of the problems that are shown in a definition file. Each is a small edit that keeps comments and layout, or asks first. */
export class DefinitionQuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, FIX_ALL];
  readonly #sources: ProblemSources;

  constructor(sources: ProblemSources) {
    this.#sources = sources;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const shown = shownProblems(document, this.#sources) ?? [];
    const { only } = context;
    const isHere = ({ diagnostic }: { readonly diagnostic: vscode.Diagnostic }): boolean =>
      (only === undefined || vscode.CodeActionKind.QuickFix.intersects(only)) &&
      diagnostic.range.intersection(range) !== undefined;
    const here = shown.filter(isHere);
    const drift = shownDrift(document, this.#sources.definitions, this.#sources.plans).filter(isHere);
    const fixes = [
      ...syntaxProblems(document, this.#sources)
        .filter(isHere)
        .flatMap((each) => fixesOf(document, each)),
      ...here.flatMap((each) => fixesOf(document, each)),
      ...drift.flatMap((each) => driftFixes(document, each)),
    ];
    const certain = shown.filter(({ problem }) => isCertain(problem));
    const several = certain.length > 1 && here.some(({ problem }) => isCertain(problem));
    return [
      ...fixes,
      ...(several ? [fixAll(document, vscode.CodeActionKind.QuickFix, certain.length)] : []),
      ...(only !== undefined && only.intersects(FIX_ALL) && certain.length > 0
        ? [fixAll(document, FIX_ALL, certain.length)]
        : []),
    ];
  }
}

function fixAll(document: vscode.TextDocument, kind: vscode.CodeActionKind, count: number): vscode.CodeAction {
  const action = new vscode.CodeAction(`Fix all ${count} problems in this file`, kind);
  action.edit = workspaceEdit(document, fixAllEdits(document.getText()));
  return action;
}

function fixesOf(document: vscode.TextDocument, { problem, diagnostic }: ShownProblem): vscode.CodeAction[] {
  const { fixes = [], range = { offset: 0, length: 0 } } = problem;
  const made = fixes.map((fix) => {
    const action = new vscode.CodeAction(titleOf(problem, fix), vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = fixes.length === 1 && fix.kind !== 'remove';
    if (fix.kind === 'keep-secret') action.command = command('glanceImages.keepSecret', action, document, range.offset);
    else action.edit = editOf(document, problem, fix);
    return action;
  });
  if (problem.code !== 'ambiguous-image' && problem.code !== 'unmarked-image') return made;
  const choose = new vscode.CodeAction('Choose image…', vscode.CodeActionKind.QuickFix);
  choose.diagnostics = [diagnostic];
  choose.command = command('glanceImages.chooseImage', choose, document, range.offset);
  return [...made, choose];
}

function command(
  id: string,
  { title }: vscode.CodeAction,
  document: vscode.TextDocument,
  offset: number,
): vscode.Command {
  return { command: id, title, arguments: [document.uri.toString(), offset] };
}

function editOf(document: vscode.TextDocument, { range }: Problem, fix: TextFix): vscode.WorkspaceEdit {
  return workspaceEdit(document, fixEdits(document.getText(), range ?? { offset: 0, length: 0 }, fix));
}

function titleOf({ code }: Problem, fix: ProblemFix): string {
  switch (fix.kind) {
    case 'set-argument':
      if (code === 'unmarked-image') return `Adopt the image ${String(fix.value)}`;
      if (code === 'ambiguous-image') return `Use the image ${String(fix.value)}`;
      if (code === 'rename-instead') return `Rename the image instead: add "key": "${String(fix.value)}"`;
      return `Set "${fix.argument}" to ${JSON.stringify(fix.value)}`;
    case 'rename':
      return `Change to "${fix.name}"`;
    case 'set-value':
      return `Change to ${JSON.stringify(fix.value)}`;
    case 'remove':
      return 'Remove it';
    case 'move':
      return fix.to.startsWith('properties/') ? 'Move it to "properties"' : `Turn it into the argument "${fix.to}"`;
    case 'make-list':
      return 'Turn the definitions into an array';
    case 'keep-secret':
      return 'Move it to the secret storage…';
  }
}
