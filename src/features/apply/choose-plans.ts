import * as vscode from 'vscode';
import { planSummary } from '../../core/reconcile/words/describe.ts';
import type { Plan, Action } from '../../core/reconcile/model/plan.ts';
import { planInBrief, reasonOf } from './plan-reason.ts';

/** A row of the choice: one definition in one region. */
export interface PlanItem extends vscode.QuickPickItem {
  /** Absent if it can't be applied. */
  readonly plan?: Plan;
}

/** Shows what an apply would do, and lets the user leave out some of it. Returns `undefined` if the user declined. */
export async function choosePlans(plans: readonly Plan[]): Promise<readonly Plan[] | undefined> {
  const chosen = await vscode.window.showQuickPick([...planItems(plans)], {
    title: `Apply: ${planSummary(plans)}`,
    placeHolder: 'Select the images to apply. Nothing was sent yet',
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ plan }) => plan).filter((plan) => plan !== undefined);
}

/**
 * The rows: first what would be done, then what is blocked. Plans that change nothing are only counted, in the title.
 */
export function planItems(plans: readonly Plan[]): readonly PlanItem[] {
  const todo = plans.filter(({ action }) => action !== 'none' && action !== 'blocked');
  const blocked = plans.filter(({ action }) => action === 'blocked');
  return [
    ...todo.map((plan): PlanItem => ({ ...rowOf(plan), plan, picked: true })),
    ...(blocked.length === 0 ? [] : [{ label: 'Blocked, not applied', kind: vscode.QuickPickItemKind.Separator }]),
    ...blocked.map(rowOf),
  ];
}

function rowOf(plan: Plan): PlanItem {
  return {
    label: `$(${ICONS[plan.action]}) ${plan.definition.arguments.name}`,
    description: planInBrief(plan),
    detail: reasonOf(plan),
  };
}

const ICONS: Readonly<Record<Action, string>> = {
  none: 'check',
  adopt: 'bookmark',
  create: 'add',
  upload: 'cloud-upload',
  update: 'edit',
  replace: 'replace',
  blocked: 'error',
};
