import { describePlace } from '../../core/place.ts';
import { describeChange, planConsequences, planOrigin, planSummary } from '../../core/reconcile/words/describe.ts';
import type { Plan, Action } from '../../core/reconcile/model/plan.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { definitionId } from '../../state/definitions/plans.ts';
const ACTION_NAMES: Readonly<Record<Action, string>> = {
  none: 'nothing differs',
  adopt: 'adopt',
  create: 'create',
  upload: 'upload',
  update: 'update',
  replace: 'replace',
  blocked: 'blocked',
};

/**
 * Plans as Markdown: a table of definitions by places with the action of each, then the reasons.
 *
 * @param shown a file's path as people see it
 */
export function planMatrix(plans: readonly Plan[], made: Date, shown: (file: string) => string): string {
  const places = [...new Set(plans.map((plan) => describePlace(plan.place)))];
  const rows = [...Map.groupBy(plans, (plan) => definitionId(plan.definition)).values()];
  const head = ['Image', ...places.map((place) => (place === '' ? '(no cloud)' : place))];
  const told = plans.filter(({ action }) => action !== 'none');
  return [
    '# Plan',
    '',
    `Made ${made.toLocaleString()}. Nothing was sent: ${escapeMarkdown(planSummary(plans))}.`,
    '',
    row(head.map(escapeMarkdown)),
    row(head.map(() => '---')),
    ...rows.map((group) => row(cells(group, places))),
    ...told.flatMap((plan) => details(plan, shown(plan.definition.file))),
    '',
  ].join('\n');
}

function cells(group: readonly Plan[], places: readonly string[]): readonly string[] {
  const name = group[0]?.definition.arguments.name ?? '';
  const actions = places.map((place) => {
    const plan = group.find((each) => describePlace(each.place) === place);
    return plan === undefined ? '' : actionInWords(plan);
  });
  return [escapeMarkdown(name), ...actions];
}

function actionInWords(plan: Plan): string {
  const words = ACTION_NAMES[plan.action];
  // What can't be taken back, or does not go on, is seen at a glance.
  return plan.action === 'replace' || plan.action === 'blocked' ? `**${words}**` : words;
}

function details(plan: Plan, file: string): readonly string[] {
  const { definition, problems, changes, imageId } = plan;
  const place = describePlace(plan.place);
  const title = [definition.arguments.name, ...(place === '' ? [] : [place])].join(', ');
  return [
    '',
    `## ${escapeMarkdown(title)}: ${ACTION_NAMES[plan.action]}`,
    '',
    `- ${escapeMarkdown(`${file}:${definition.line}; ${planOrigin(plan)}${imageId === undefined ? '' : `; image ${imageId}`}`)}`,
    ...changes.map((change) => `- ${escapeMarkdown(describeChange(change))}`),
    ...planConsequences(plan).map((line) => `- ${escapeMarkdown(line)}`),
    ...problems.map((problem) => `- **${problem.severity}:** ${escapeMarkdown(problem.message)}`),
  ];
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}
