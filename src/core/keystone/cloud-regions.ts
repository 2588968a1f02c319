import type { Problem } from '../problem.ts';
import { isMapping, isText, renamed, textOf, type RawCloud } from './raw-cloud.ts';

/** A region that a cloud lists. */
export interface ListedRegion {
  readonly name: string;
  /** What the cloud is there, laid over what it is everywhere. */
  readonly values: RawCloud;
}

/** The regions that a cloud lists: `regions`, else `region_name`, which is a name, a list, or names with commas between. */
export function readRegions(
  cloud: string,
  raw: RawCloud,
): { readonly regions: readonly ListedRegion[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const regions = new Map<string, ListedRegion>();
  for (const entry of listed(raw)) {
    const written = isMapping(entry) ? entry.name : entry;
    const name = textOf(written)?.trim() ?? '';
    if (isMapping(entry)) problems.push(...checkEntry(cloud, name, entry));
    if (name === '' || regions.has(name)) continue;
    if (!isText(written)) problems.push(notQuoted(cloud, name));
    regions.set(name, { name, values: isMapping(entry) && isMapping(entry.values) ? renamed(entry.values) : {} });
  }
  return { regions: [...regions.values()], problems };
}

/** Whether a mapping says anything of regions. */
export function namesRegions(raw: RawCloud): boolean {
  return 'regions' in raw || 'region_name' in raw;
}

function listed(raw: RawCloud): readonly unknown[] {
  const value = raw.regions ?? raw.region_name;
  if (Array.isArray(value)) return value;
  if (isText(value)) return raw.regions === undefined ? value.split(',') : [value];
  return value === undefined || value === null ? [] : [value];
}

/** openstacksdk takes `name` and `values`, and nothing else. */
function checkEntry(cloud: string, name: string, entry: RawCloud): readonly Problem[] {
  if (name === '') return [error(cloud, 'has a region without a name.')];
  const others = Object.keys(entry).filter((key) => key !== 'name' && key !== 'values');
  if (others.length > 0)
    return [error(cloud, `has ${others.join(', ')} in its region "${name}"; what is its own goes under "values".`)];
  const { values } = entry;
  if (values === undefined || values === null || isMapping(values)) return [];
  return [error(cloud, `has no mapping in "values" of its region "${name}".`)];
}

function error(cloud: string, what: string): Problem {
  return { severity: 'error', code: 'region-invalid', message: `The cloud "${cloud}" ${what}` };
}

function notQuoted(cloud: string, region: string): Problem {
  const message = `A region of the cloud "${cloud}" has no quotes, and YAML reads it as ${region}. Put it in quotes.`;
  return { severity: 'warning', code: 'value-not-quoted', message };
}
