import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { ImageManagement } from '../../state/clouds/image-management.ts';
import { facetNames, facetValues } from '../../state/clouds/image-view.ts';
import type { Criterion, FacetName, ImageViewStore } from '../../state/clouds/image-view.ts';
import { facetIcon, facetTitle, groupLabel } from './facet-words.ts';

/** An image that is loaded, and where. */
export interface LoadedImage {
  readonly place: Place;
  readonly image: LiveImage;
}

interface CriterionItem extends vscode.QuickPickItem {
  readonly criterion?: Criterion;
}

/** Values that are offered though no loaded image has them; the API's. */
const always: Readonly<Record<FacetName, readonly string[]>> = {
  visibility: ['public', 'community', 'shared', 'private'],
  status: ['active', 'queued', 'deactivated'],
  format: [],
  tag: [],
  management: ['managed', 'unmanaged', 'differs', 'unclaimed'],
};

/** *Filter Images…*: every value that a loaded image has, with how many have it. */
export async function chooseFilter(
  view: ImageViewStore,
  loaded: readonly LoadedImage[],
  imageManagement: ImageManagement,
): Promise<void> {
  const items = filterItems(view.view.filter, loaded, imageManagement);
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Filter Images',
    placeHolder: 'Match any value within a category, and all categories',
    canPickMany: true,
  });
  if (chosen === undefined) return;
  view.filter(chosen.map(({ criterion }) => criterion).filter((criterion) => criterion !== undefined));
}

/** What can be chosen: by facet, the most frequent values first. */
export function filterItems(
  filter: readonly Criterion[],
  loaded: readonly LoadedImage[],
  imageManagement: Pick<ImageManagement, 'of'>,
): readonly CriterionItem[] {
  return facetNames.flatMap((facet) => {
    const counts = new Map(always[facet].map((value) => [value, 0]));
    for (const { place, image } of loaded) {
      for (const value of facetValues(facet, image, imageManagement.of(place, image))) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    // A choice that was kept stays a choice, whatever is loaded now.
    for (const { value } of filter.filter((each) => each.facet === facet)) counts.set(value, counts.get(value) ?? 0);
    const values = [...counts].toSorted(([, one], [, other]) => other - one);
    if (values.length === 0) return [];
    return [
      { label: facetTitle(facet), kind: vscode.QuickPickItemKind.Separator },
      ...values.map(([value, count]) => ({
        label: groupLabel(facet, value),
        description: `${count} loaded`,
        criterion: { facet, value },
        picked: filter.some((each) => each.facet === facet && each.value === value),
      })),
    ];
  });
}

/** *Group Images By…*. */
export async function chooseGrouping(view: ImageViewStore): Promise<void> {
  const { groupBy } = view.view;
  const current = (facet: FacetName | undefined): { description?: string } =>
    facet === groupBy ? { description: 'current' } : {};
  const chosen = await vscode.window.showQuickPick(
    [
      { label: 'One List', iconPath: new vscode.ThemeIcon('list-flat'), ...current(undefined) },
      ...facetNames.map((facet) => ({
        label: facetTitle(facet),
        iconPath: new vscode.ThemeIcon(facetIcon(facet)),
        facet,
        ...current(facet),
      })),
    ],
    { title: 'Group Images By' },
  );
  if (chosen !== undefined) view.group('facet' in chosen ? chosen.facet : undefined);
}
