import { describePlace } from '../../core/place.ts';
import {
  ACTION_WORDS,
  describeChange,
  planConsequences,
  planOrigin,
  planSummary,
} from '../../core/reconcile/words/describe.ts';
import type { Action, Plan } from '../../core/reconcile/model/plan.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { definitionId, type PlanRecord } from '../../state/definitions/plans.ts';
import { recordInWords } from '../../state/definitions/plan-state-words.ts';
import { isOpen, outOfDate } from './preview-text.ts';

/** Colours of the theme, as VS Code's own previews have them. */
const COLORS: Readonly<Record<Action, string>> = {
  none: 'descriptionForeground',
  adopt: 'textLink-foreground',
  create: 'gitDecoration-addedResourceForeground',
  upload: 'gitDecoration-addedResourceForeground',
  update: 'gitDecoration-modifiedResourceForeground',
  replace: 'editorWarning-foreground',
  blocked: 'errorForeground',
};

/** How the plan speaks of files. */
export interface ShownFile {
  /** A file's path as people see it. */
  readonly path: (file: string) => string;
  /** An address that opens the file at a line, without `<`, `>` or line breaks; `undefined` if there is none. */
  readonly address: (file: string, line: number) => string | undefined;
}

/**
 * Plans as Markdown: a table of definitions by places with the action of each, then the reasons, those of blocked plans first.
 *
 * @param shown how files are named and opened
 */
export function planMatrix(records: readonly PlanRecord[], made: Date, shown: ShownFile): string {
  const plans = records.map(({ plan }) => plan);
  const places = [...new Set(plans.map((plan) => describePlace(plan.place)))];
  const rows = [...Map.groupBy(records, ({ plan }) => definitionId(plan.definition)).values()];
  const head = ['Image', ...places.map((place) => (place === '' ? '(no cloud)' : place))];
  const told = records.filter((record) => record.plan.action !== 'none' || !isOpen(record));
  const old = outOfDate(records);
  return [
    '# Plan',
    '',
    `Made ${made.toLocaleString()}. Nothing was sent: ${escapeMarkdown(planSummary(plans))}.`,
    ...(old === undefined ? [] : ['', `**${escapeMarkdown(old)}**`]),
    '',
    row(head.map(escapeMarkdown)),
    row(head.map(() => '---')),
    ...rows.map((group) => row(cells(group, places, shown))),
    ...told.toSorted(byBlocked).flatMap((record) => details(record, shown)),
    '',
  ].join('\n');
}

function byBlocked(one: PlanRecord, other: PlanRecord): number {
  return Number(other.plan.action === 'blocked') - Number(one.plan.action === 'blocked');
}

function cells(group: readonly PlanRecord[], places: readonly string[], shown: ShownFile): readonly string[] {
  const [first] = group;
  const actions = places.map((place) => {
    const record = group.find(({ plan }) => describePlace(plan.place) === place);
    return record === undefined ? '' : stateInWords(record);
  });
  return [first === undefined ? '' : linked(first.plan, first.plan.definition.arguments.name, shown), ...actions];
}

/** The action, or what became of it. What can't be taken back, or does not go on, is seen at a glance. */
function stateInWords(record: PlanRecord): string {
  if (!isOpen(record)) return recordInWords(record).text;
  const { action } = record.plan;
  const words = `<span style="color: var(--vscode-${COLORS[action]})">${ACTION_WORDS[action]}</span>`;
  return action === 'replace' || action === 'blocked' ? `**${words}**` : words;
}

function details(record: PlanRecord, shown: ShownFile): readonly string[] {
  const { plan } = record;
  const { definition, problems, changes, imageId } = plan;
  const place = describePlace(plan.place);
  const title = [definition.arguments.name, ...(place === '' ? [] : [place])].join(', ');
  const where = linked(plan, `${shown.path(definition.file)}:${definition.line}`, shown);
  return [
    '',
    `## ${escapeMarkdown(title)}: ${isOpen(record) ? ACTION_WORDS[plan.action] : recordInWords(record).text}`,
    '',
    `- ${where}${escapeMarkdown(`; ${planOrigin(plan)}${imageId === undefined ? '' : `; image ${imageId}`}`)}`,
    ...problems.map((problem) => `- **${problem.severity}:** ${escapeMarkdown(problem.message)}`),
    ...changes.map((change) => `- ${escapeMarkdown(describeChange(change))}`),
    ...planConsequences(plan).map((line) => `- ${escapeMarkdown(line)}`),
  ];
}

/** A text that leads to the definition. */
function linked({ definition }: Plan, text: string, shown: ShownFile): string {
  const address = shown.address(definition.file, definition.line);
  return address === undefined ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](<${address}>)`;
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}
