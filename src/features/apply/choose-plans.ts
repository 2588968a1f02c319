import * as vscode from 'vscode';
import { describePlace } from '../../core/place.ts';
import { describeChange, planSummary } from '../../core/reconcile/words/describe.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { sizeInWords } from '../../platform/sizes.ts';
import type { Action } from '../../core/reconcile/model/action.ts';

/** A row of the choice: one definition in one region. */
export interface PlanItem extends vscode.QuickPickItem {
  /** Absent for what can't be applied. */
  readonly plan?: Plan;
}

/** Changes that a row names. */
const namedAtMost = 3;

/** Shows what an apply would do, by definition and region, and lets the user leave out some of it. `undefined` where the user declined: nothing was sent. */
export async function choosePlans(plans: readonly Plan[]): Promise<readonly Plan[] | undefined> {
  const chosen = await vscode.window.showQuickPick([...planItems(plans)], {
    title: vscode.l10n.t('Apply: {0}', planSummary(plans)),
    placeHolder: vscode.l10n.t('Nothing was sent yet. Leave out what is not to be applied'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ plan }) => plan).filter((plan) => plan !== undefined);
}

/** The rows: what would be done, then what is blocked. What would change nothing is only counted, in the title. */
export function planItems(plans: readonly Plan[]): readonly PlanItem[] {
  const todo = plans.filter(({ action }) => action !== 'none' && action !== 'blocked');
  const blocked = plans.filter(({ action }) => action === 'blocked');
  return [
    ...todo.map((plan): PlanItem => ({ ...rowOf(plan), plan, picked: true })),
    ...(blocked.length === 0
      ? []
      : [{ label: vscode.l10n.t('Blocked, not applied'), kind: vscode.QuickPickItemKind.Separator }]),
    ...blocked.map(rowOf),
  ];
}

function rowOf(plan: Plan): PlanItem {
  const { t } = vscode.l10n;
  const bytes = plan.bytesToSend === 0 ? [] : [t('{0} to send', sizeInWords(plan.bytesToSend))];
  return {
    label: `$(${icons[plan.action]}) ${plan.definition.arguments.name}`,
    description: [describePlace(plan.place), plan.action, ...bytes].join(' · '),
    detail: reasonOf(plan),
  };
}

/** Why a plan does what it does, on one line. */
function reasonOf(plan: Plan): string {
  const { t } = vscode.l10n;
  if (plan.action === 'blocked') {
    return plan.problems.find(({ severity }) => severity === 'error')?.message ?? t('blocked');
  }
  if (plan.action === 'create') return t('does not exist yet');
  if (plan.action === 'adopt') return t('equal; only what this tool remembers is written to it');
  const lines = plan.changes.slice(0, namedAtMost).map(describeChange);
  const rest = plan.changes.length - lines.length;
  return [...lines, ...(rest > 0 ? [t('and {0} more', rest)] : [])].join('; ');
}

const icons: Readonly<Record<Action, string>> = {
  none: 'check',
  adopt: 'bookmark',
  create: 'add',
  upload: 'cloud-upload',
  update: 'edit',
  replace: 'replace',
  blocked: 'error',
};
