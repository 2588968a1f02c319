import * as vscode from 'vscode';
import type { Criterion, FacetName, ImageView } from '../../state/clouds/image-view.ts';
import { facetNames } from '../../state/clouds/image-view.ts';

/** What images are grouped by, as a title. */
export function facetTitle(facet: FacetName): string {
  const { t } = vscode.l10n;
  switch (facet) {
    case 'visibility':
      return t('Visibility');
    case 'status':
      return t('Status');
    case 'format':
      return t('Format');
    case 'tag':
      return t('Tag');
    case 'management':
      return t('Management');
  }
}

/** The codicon of a facet's groups. */
export function facetIcon(facet: FacetName): string {
  return { visibility: 'eye', status: 'pulse', format: 'file-binary', tag: 'tag', management: 'file-code' }[facet];
}

/** A value of a facet in words; the API's own where it has one. */
export function groupLabel(facet: FacetName, value: string): string {
  const { t } = vscode.l10n;
  if (value === '') return facet === 'tag' ? t('No tag') : t('No format yet');
  if (facet !== 'management') return value;
  switch (value) {
    case 'managed':
      return t('Managed by a definition');
    case 'differs':
      return t('Differs from its definition');
    case 'unclaimed':
      return t('Managed, no definition here');
    default:
      return t('Not managed');
  }
}

/** `public or shared · qcow2`. */
export function filterInWords(filter: readonly Criterion[]): string {
  const { t } = vscode.l10n;
  return facetNames
    .map((facet) => filter.filter((criterion) => criterion.facet === facet))
    .filter((criteria) => criteria.length > 0)
    .map((criteria) => criteria.map(({ facet, value }) => groupLabel(facet, value)))
    .map((labels) => labels.reduce((all, label) => t('{0} or {1}', all, label)))
    .join(' · ');
}

/** What stands beside the view's title; nothing where every image is shown in one list. */
export function viewInWords({ filter, groupBy }: ImageView): string | undefined {
  const { t } = vscode.l10n;
  const words = [
    filter.length === 0 ? undefined : t('filtered'),
    groupBy === undefined ? undefined : t('by {0}', facetTitle(groupBy).toLocaleLowerCase()),
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(', ');
}
