import type { Criterion, FacetName, ImageView } from '../../state/clouds/image-view.ts';
import { facetNames } from '../../state/clouds/image-view.ts';

/** What images are grouped by, as a title. */
export function facetTitle(facet: FacetName): string {
  switch (facet) {
    case 'visibility':
      return 'Visibility';
    case 'status':
      return 'Status';
    case 'format':
      return 'Format';
    case 'tag':
      return 'Tag';
    case 'management':
      return 'Management';
  }
}

/** The codicon of a facet's groups. */
export function facetIcon(facet: FacetName): string {
  return { visibility: 'eye', status: 'pulse', format: 'file-binary', tag: 'tag', management: 'file-code' }[facet];
}

/** A value of a facet in words; the API's own where it has one. */
export function groupLabel(facet: FacetName, value: string): string {
  if (value === '') return facet === 'tag' ? 'No tag' : 'No format yet';
  if (facet !== 'management') return value;
  switch (value) {
    case 'managed':
      return 'Managed by a definition';
    case 'differs':
      return 'Differs from its definition';
    case 'unclaimed':
      return 'Managed, no definition here';
    default:
      return 'Not managed';
  }
}

/** `public or shared · qcow2`. */
export function filterInWords(filter: readonly Criterion[]): string {
  return facetNames
    .map((facet) => filter.filter((criterion) => criterion.facet === facet))
    .filter((criteria) => criteria.length > 0)
    .map((criteria) => criteria.map(({ facet, value }) => groupLabel(facet, value)))
    .map((labels) => labels.reduce((all, label) => `${all} or ${label}`))
    .join(' · ');
}

/** What stands beside the view's title; nothing where every image is shown in one list. */
export function viewInWords({ filter, groupBy }: ImageView): string | undefined {
  const words = [
    filter.length === 0 ? undefined : 'filtered',
    groupBy === undefined ? undefined : `by ${facetTitle(groupBy).toLocaleLowerCase()}`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(', ');
}
