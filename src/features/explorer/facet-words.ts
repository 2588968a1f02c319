import type { FacetName, ImageView, SortName } from '../../state/clouds/image-view.ts';
import { facetNames, isFiltered } from '../../state/clouds/image-view.ts';

/** What images are grouped by, as a title. */
export function facetTitle(facet: FacetName): string {
  switch (facet) {
    case 'visibility':
      return 'Visibility';
    case 'status':
      return 'Status';
    case 'format':
      return 'Format';
    case 'distribution':
      return 'Distribution';
    case 'owner':
      return 'Owner';
    case 'tag':
      return 'Tag';
    case 'management':
      return 'Management';
  }
}

/** The codicon of a facet's groups. */
export function facetIcon(facet: FacetName): string {
  return icons[facet];
}

const icons: Readonly<Record<FacetName, string>> = {
  visibility: 'eye',
  status: 'pulse',
  format: 'file-binary',
  distribution: 'vm',
  tag: 'tag',
  owner: 'account',
  management: 'file-code',
};

/** What stands for images without a value. */
const withoutValue: Readonly<Partial<Record<FacetName, string>>> = {
  format: 'No format yet',
  distribution: 'No os_distro',
  tag: 'No tag',
  owner: 'No owner',
};

/** What images are sorted by, as an entry of a list. */
export function sortTitle(sortBy: SortName | undefined): string {
  switch (sortBy) {
    case undefined:
      return 'Name';
    case 'created_at':
      return 'Newest First';
    case 'updated_at':
      return 'Last Updated First';
    case 'size':
      return 'Largest First';
    case 'status':
      return 'Status';
  }
}

/** A value of a facet in words; the API's own where it has one. */
export function groupLabel(facet: FacetName, value: string): string {
  if (value === '') return withoutValue[facet] ?? 'None';
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

/** `name contains "ubuntu" · public or shared · qcow2`. */
export function filterInWords({ filter, name }: Pick<ImageView, 'filter' | 'name'>): string {
  const facets = facetNames
    .map((facet) => filter.filter((criterion) => criterion.facet === facet))
    .filter((criteria) => criteria.length > 0)
    .map((criteria) => criteria.map(({ facet, value }) => groupLabel(facet, value)))
    .map((labels) => labels.reduce((all, label) => `${all} or ${label}`));
  return [...(name === undefined ? [] : [`name contains "${name}"`]), ...facets].join(' · ');
}

/** What stands above the rows; empty where all images are shown by name. The title of the only view of a container has no room for it. */
export function messageInWords(view: ImageView): string {
  const words = [
    isFiltered(view) ? `Filter: ${filterInWords(view)}` : undefined,
    view.sortBy === undefined ? undefined : `Order: ${sortTitle(view.sortBy).toLocaleLowerCase()}`,
  ];
  return words.filter((word) => word !== undefined).join('. ');
}

/** What stands beside the view's title; nothing where every image is shown in one list by name. */
export function viewInWords(view: ImageView): string | undefined {
  const { groupBy, sortBy } = view;
  const words = [
    isFiltered(view) ? 'filtered' : undefined,
    sortBy === undefined ? undefined : sortTitle(sortBy).toLocaleLowerCase(),
    groupBy === undefined ? undefined : `by ${facetTitle(groupBy).toLocaleLowerCase()}`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(', ');
}
