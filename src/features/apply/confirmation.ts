import * as vscode from 'vscode';
import { describePlace } from '../../core/place.ts';
import { describeChange, describePredecessor, planConsequences } from '../../core/reconcile/words/describe.ts';
import { reachesOf } from '../../core/reconcile/planning/problems/reach-problems.ts';
import { describeClearing } from '../../core/reconcile/planning/sharing/spreading.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { askModal } from '../../platform/prompts/questions.ts';

/** Why a plan is not carried out without asking. */
type Reason = 'replace' | 'recover' | 'clear' | 'public' | 'community' | 'reach';

/** A plan that has to be agreed to, and why. */
export interface Asked {
  readonly plan: Plan;
  readonly reason: Reason;
}

/**
 * The plans that have to be agreed to by name: what replaces an image, deletes its data from a store, shows one to other projects, or
 * sends bytes from beyond the folder of its definition.
 */
export function toBeAsked(plans: readonly Plan[]): readonly Asked[] {
  return plans.flatMap((plan): Asked[] => {
    const exposed = exposure(plan);
    return [
      ...(plan.action === 'replace' ? [{ plan, reason: 'replace' as const }] : []),
      ...(recovery(plan) === undefined ? [] : [{ plan, reason: 'recover' as const }]),
      ...(describeClearing(plan) === undefined ? [] : [{ plan, reason: 'clear' as const }]),
      ...(exposed === undefined ? [] : [{ plan, reason: exposed }]),
      ...(reachesOf(plan).length === 0 ? [] : [{ plan, reason: 'reach' as const }]),
    ];
  });
}

/** Why an image that an earlier apply left is deleted, where the plan does that. */
function recovery(plan: Plan): string | undefined {
  return plan.problems.find(({ code }) => code === 'recovers-stuck-image')?.message;
}

/** The visibility that other projects would see an image by, if the plan is what makes it so. */
function exposure(plan: Plan): 'public' | 'community' | undefined {
  if (plan.action === 'none' || plan.action === 'blocked') return undefined;
  const wanted = plan.definition.arguments.visibility;
  if (wanted !== 'public' && wanted !== 'community') return undefined;
  return plan.live?.visibility === wanted ? undefined : wanted;
}

/** Asks in a modal that names image and region of each; true without asking where nothing needs it. */
export async function confirmed(plans: readonly Plan[]): Promise<boolean> {
  const asked = toBeAsked(plans);
  const [only] = asked;
  if (only === undefined) return true;
  const { t } = vscode.l10n;
  const replaces = asked.some(({ reason }) => reason === 'replace');
  const several = t('{0} changes of images need your consent.', asked.length);
  const recovers = asked.some(({ reason }) => reason === 'recover');
  const clears = asked.some(({ reason }) => reason === 'clear');
  const exposes = asked.some(({ reason }) => reason === 'public' || reason === 'community');
  const button = replaces
    ? t('Replace')
    : recovers
      ? t('Recover')
      : clears
        ? t('Delete Data')
        : exposes
          ? t('Make Visible')
          : t('Send');
  return asked.length === 1
    ? askModal({ question: question(only), detail: detail(only), button })
    : askModal({ question: several, detail: asked.map(line).join('\n'), button });
}

/** Asks after a plan had to be made again because its image changed meanwhile, and the new one does more than the one agreed to. */
export async function confirmedAgain(plans: readonly Plan[]): Promise<boolean> {
  const { t } = vscode.l10n;
  const names = plans.map((plan) => t('"{0}" in {1}', plan.definition.arguments.name, describePlace(plan.place)));
  const lines = plans.flatMap((plan) => [
    `${plan.definition.arguments.name}, ${describePlace(plan.place)}: ${plan.action}`,
    ...[...plan.changes.map(describeChange), ...planConsequences(plan), ...reachesOf(plan)].map((each) => `  ${each}`),
  ]);
  return askModal({
    question: t('The cloud or a source changed since the plan was made. Apply the new plan to {0}?', names.join(', ')),
    detail: lines.join('\n'),
    button: t('Apply Anyway'),
  });
}

function question({ plan, reason }: Asked): string {
  const { t } = vscode.l10n;
  const { name } = plan.definition.arguments;
  const place = describePlace(plan.place);
  switch (reason) {
    case 'replace':
      return t('Replace image "{0}" in {1}?', name, place);
    case 'recover':
      return t('Delete what an earlier apply left of image "{0}" in {1}, and apply again?', name, place);
    case 'clear':
      return t('Delete data of image "{0}" in {1} from a store?', name, place);
    case 'public':
      return t('Make image "{0}" in {1} public?', name, place);
    case 'community':
      return t('Make image "{0}" in {1} a community image?', name, place);
    case 'reach':
      return t('Send image "{0}" to {1} from beyond the folder of its definition?', name, place);
  }
}

/** One of several, in a list. */
function line({ plan, reason }: Asked): string {
  const { t } = vscode.l10n;
  const { name } = plan.definition.arguments;
  const place = describePlace(plan.place);
  switch (reason) {
    case 'replace':
      return t('"{0}" in {1} is replaced: {2}.', name, place, describePredecessor(plan));
    case 'recover':
      return t('"{0}" in {1}: {2}', name, place, recovery(plan) ?? '');
    case 'clear':
      return t('"{0}" in {1}: {2}.', name, place, describeClearing(plan) ?? '');
    case 'public':
      return t('"{0}" in {1} becomes public.', name, place);
    case 'community':
      return t('"{0}" in {1} becomes a community image.', name, place);
    case 'reach':
      return t('"{0}" in {1}: {2}', name, place, reachesOf(plan).join(' '));
  }
}

function detail({ plan, reason }: Asked): string {
  const { t } = vscode.l10n;
  if (reason === 'public') return t('Every project of the cloud will see and use it.');
  if (reason === 'community') return t('Every project of the cloud can use it, and finds it by its ID.');
  if (reason === 'clear') return describeClearing(plan) ?? '';
  if (reason === 'recover') return recovery(plan) ?? '';
  if (reason === 'reach') return reachesOf(plan).join('\n');
  const forcing = plan.changes
    .filter((change) => change.forcesReplacement)
    .map((change) => `${change.path}: ${change.why}`);
  return [...forcing, describePredecessor(plan)].join('\n');
}
