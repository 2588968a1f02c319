import { isAbsolute, relative } from 'node:path';
import type { DefinitionFile } from '../../core/definition/definition.ts';
import type { Problem, Severity } from '../../core/problem.ts';
import {
  describeChange,
  placedProblem,
  planConsequences,
  planHeadline,
  planKeyNote,
  planOrigin,
  planSummary,
} from '../../core/reconcile/words/describe.ts';
import type { Plan, Action } from '../../core/reconcile/model/plan.ts';
import type { Terminal } from '../terminal.ts';
const ACTION_STYLE = {
  none: 'dim',
  adopt: 'cyan',
  create: 'green',
  upload: 'green',
  update: 'yellow',
  replace: 'magenta',
  blocked: 'red',
} as const satisfies Record<Action, string>;

/** The colours of problems. */
export const SEVERITY_STYLE = { error: 'red', warning: 'yellow', information: 'cyan' } as const satisfies Record<
  Severity,
  string
>;

/** Prints plans for people, with a summary. */
export function showPlans(plans: readonly Plan[], terminal: Terminal, folder: string): void {
  for (const plan of plans) {
    terminal.line(planHeadline(plan), ACTION_STYLE[plan.action]);
    const key = planKeyNote(plan);
    terminal.line(`  ${planOrigin(plan)}${key === undefined ? '' : `, ${key}`}`, 'dim');
    for (const change of plan.changes) terminal.line(`  ${describeChange(change)}`);
    for (const consequence of planConsequences(plan)) terminal.line(`  ${consequence}`, 'dim');
    showPlanProblems([plan], terminal, folder);
  }
  terminal.line(`Plan: ${planSummary(plans)}.`, 'bold');
}

/** Prints the problems of plans with the position of their definitions. */
export function showPlanProblems(plans: readonly Plan[], terminal: Terminal, folder: string): void {
  for (const plan of plans) {
    for (const problem of plan.problems)
      showProblem(placedProblem(plan, problem), plan.definition.file, terminal, folder);
  }
}

/** Prints the problems of files; true if one is an error. */
export function showFileProblems(files: readonly DefinitionFile[], terminal: Terminal, folder: string): boolean {
  for (const { file, problems } of files) for (const problem of problems) showProblem(problem, file, terminal, folder);
  return files.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
}

/** `file:line:column: severity: text [code]`, which editors and CI systems recognize. */
export function showProblem(problem: Problem, file: string, terminal: Terminal, folder: string): void {
  const { line = 1, column = 1, severity, message, code } = problem;
  const shown = relative(folder, file);
  const path = shown.startsWith('..') || isAbsolute(shown) ? file : shown;
  terminal.problem(`${path}:${line}:${column}: ${severity}: ${message} [${code}]`, SEVERITY_STYLE[severity]);
}
