import type { PlanValue } from '../../core/reconcile/model/plan.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import type { Drift, LiveValue } from '../../state/definitions/drift.ts';

/** What differs, in one sentence. */
export function driftMessage({ path, wanted, values }: Drift): string {
  const live = values.map(({ place, live: value }) => `${place.region}: ${valueText(value)}`).join(', ');
  const name = nameOf(path);
  return wanted === undefined
    ? `The live image has "${name}", which this definition does not set. Live: ${live}.`
    : `The live value of "${name}" differs from this definition (${valueText(wanted)}). Live: ${live}.`;
}

/** The same with all that is known, as Markdown for a hover. What comes from a cloud is shown as text. */
export function driftMarkdown({ path, wanted, values }: Drift): string {
  const rows = values.map(({ place, live, updatedAt }) => [place.region, valueText(live), updatedAt ?? '']);
  const definition = wanted === undefined ? 'nothing' : valueText(wanted);
  return [
    `**Live value of ${escapeMarkdown(nameOf(path))}**`,
    '',
    '| Region | Live | Last changed |',
    '|---|---|---|',
    ...rows.map((cells) => `| ${cells.map(escapeMarkdown).join(' | ')} |`),
    '',
    `This definition: ${escapeMarkdown(definition)}. As of the last plan.`,
  ].join('\n');
}

/** What *Use the live value* is called where regions may differ. */
export function takeLiveTitle({ values }: Drift, { place, live }: LiveValue): string {
  const same = values.every((each) => JSON.stringify(each.live) === JSON.stringify(live));
  if (live === undefined) return same ? 'Use the live state: remove it' : `Use the state of ${place.region}: remove it`;
  return same ? `Use the live value: ${valueText(live)}` : `Use the value of ${place.region}: ${valueText(live)}`;
}

/** The argument or property without the way to it. */
export function nameOf(path: string): string {
  return path.startsWith('properties/') ? path.slice('properties/'.length) : path;
}

/** As JSON, so that strangers' text can't pass for ours; a long one cut. */
function valueText(value: PlanValue): string {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
