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
  const action = new vscode.CodeAction(vscode.l10n.t('Mend all {0} slips in this file', count), kind);
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
  const choose = new vscode.CodeAction(vscode.l10n.t('Choose image…'), vscode.CodeActionKind.QuickFix);
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
  const { t } = vscode.l10n;
  switch (fix.kind) {
    case 'set-argument':
      if (code === 'unmarked-image') return t('Adopt the image {0}', String(fix.value));
      if (code === 'ambiguous-image') return t('Mean the image {0}', String(fix.value));
      if (code === 'rename-instead') return t('Rename the image instead: add "key": "{0}"', String(fix.value));
      return t('Set "{0}" to {1}', fix.argument, JSON.stringify(fix.value));
    case 'rename':
      return t('Change to "{0}"', fix.name);
    case 'set-value':
      return t('Change to {0}', JSON.stringify(fix.value));
    case 'remove':
      return t('Remove it');
    case 'move':
      return fix.to.startsWith('properties/') ? t('Move it to "properties"') : t('Make it the argument "{0}"', fix.to);
    case 'make-list':
      return t('Put the definitions into a list');
    case 'keep-secret':
      return t('Move it to the secret storage…');
  }
}
