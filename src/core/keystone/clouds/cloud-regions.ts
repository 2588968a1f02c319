import type { CloudProblem, KeyPath } from './cloud-problem.ts';
import { isMapping, isText, renamed, textOf, type RawCloud } from './raw-cloud.ts';

/** A region that a cloud lists. */
export interface ListedRegion {
  readonly name: string;
  /** The region's own values, which override those of the cloud. */
  readonly values: RawCloud;
  /** Index in the list, from 0. */
  readonly index: number;
}

/** The regions that a cloud lists: `regions`, else `region_name`, which is a name, a list, or comma-separated names. */
export function readRegions(
  cloud: string,
  raw: RawCloud,
): { readonly regions: readonly ListedRegion[]; readonly problems: readonly CloudProblem[] } {
  const problems: CloudProblem[] = [];
  const regions = new Map<string, ListedRegion>();
  for (const [index, entry] of listed(raw).entries()) {
    const at = (found: CloudProblem): CloudProblem => ({ ...found, keys: keysOf(index) });
    const written = isMapping(entry) ? entry.name : entry;
    const name = textOf(written)?.trim() ?? '';
    if (isMapping(entry)) problems.push(...checkEntry(cloud, name, entry).map(at));
    if (name === '' || regions.has(name)) continue;
    if (!isText(written)) problems.push(at(notQuoted(cloud, name)));
    const values = isMapping(entry) && isMapping(entry.values) ? renamed(entry.values) : {};
    regions.set(name, { name, values, index });
  }
  return { regions: [...regions.values()], problems };
}

/** The possible paths of the region with this index in an entry. */
function keysOf(index: number): readonly KeyPath[] {
  const [name, position] = ['region_name', String(index)];
  return [['regions', position], [name, position], ['regions'], [name]];
}

/** Whether a mapping names regions. */
export function namesRegions(raw: RawCloud): boolean {
  return 'regions' in raw || 'region_name' in raw;
}

function listed(raw: RawCloud): readonly unknown[] {
  const value = raw.regions ?? raw.region_name;
  if (Array.isArray(value)) return value;
  if (isText(value)) return raw.regions === undefined ? value.split(',') : [value];
  return value === undefined || value === null ? [] : [value];
}

/** openstacksdk reads only `name` and `values`. */
function checkEntry(cloud: string, name: string, entry: RawCloud): readonly CloudProblem[] {
  if (name === '') return [error(cloud, 'has a region without a name.')];
  const others = Object.keys(entry).filter((key) => key !== 'name' && key !== 'values');
  if (others.length > 0)
    return [error(cloud, `has ${others.join(', ')} in its region "${name}". Put settings of a region under "values".`)];
  const { values } = entry;
  if (values === undefined || values === null || isMapping(values)) return [];
  return [error(cloud, `has "values" of its region "${name}" that are not a mapping.`)];
}

function error(cloud: string, what: string): CloudProblem {
  return { severity: 'error', code: 'region-invalid', message: `The cloud "${cloud}" ${what}` };
}

function notQuoted(cloud: string, region: string): CloudProblem {
  const message = `A region of the cloud "${cloud}" has no quotes, so YAML reads it as ${region}. Put it in quotes.`;
  return { severity: 'warning', code: 'value-not-quoted', message };
}
