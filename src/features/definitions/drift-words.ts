import * as vscode from 'vscode';
import type { PlanValue } from '../../core/reconcile/model/plan.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import type { Drift, LiveValue } from '../../state/definitions/drift.ts';

/** What differs, in one sentence. */
export function driftMessage({ path, wanted, values }: Drift): string {
  const { t } = vscode.l10n;
  const live = values.map(({ place, live: value }) => `${place.region}: ${valueText(value)}`).join(', ');
  const name = nameOf(path);
  return wanted === undefined
    ? t('The live image has "{0}" and this definition does not. Live: {1}.', name, live)
    : t('The live value of "{0}" differs: this definition says {1}. Live: {2}.', name, valueText(wanted), live);
}

/** The same with all that is known, for a hover. What comes from a cloud is shown as text. */
export function driftMarkdown(drift: Drift): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${t('Live value of {0}', escapeMarkdown(nameOf(drift.path)))}**\n\n`);
  text.appendMarkdown(`| ${t('Region')} | ${t('Live')} | ${t('Changed last')} |\n|---|---|---|\n`);
  for (const { place, live, updatedAt } of drift.values) {
    const cells = [place.region, valueText(live), updatedAt ?? ''].map(escapeMarkdown);
    text.appendMarkdown(`| ${cells.join(' | ')} |\n`);
  }
  const wanted = drift.wanted === undefined ? t('nothing') : valueText(drift.wanted);
  text.appendMarkdown(`\n${t('This definition says {0}. As of the last plan.', escapeMarkdown(wanted))}`);
  return text;
}

/** What *Take the live value* is called where regions may differ. */
export function takeLiveTitle({ values }: Drift, { place, live }: LiveValue): string {
  const { t } = vscode.l10n;
  const same = values.every((each) => JSON.stringify(each.live) === JSON.stringify(live));
  if (live === undefined)
    return same ? t('Take the live state: remove it') : t('Take the state of {0}: remove it', place.region);
  return same
    ? t('Take the live value: {0}', valueText(live))
    : t('Take the value of {0}: {1}', place.region, valueText(live));
}

/** The argument or property without the way to it. */
export function nameOf(path: string): string {
  return path.startsWith('properties/') ? path.slice('properties/'.length) : path;
}

/** As JSON, so that strangers' text can't pass for ours; a long one cut. */
function valueText(value: PlanValue): string {
  if (value === undefined) return vscode.l10n.t('not set');
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
