import type { Problem } from '../problem.ts';
import { isMapping, isText, textOf, type RawCloud } from './raw-cloud.ts';

/** Keys under a region's `values` that change how its images are reached; the others concern other services. */
const REACHES_IMAGES =
  /^(auth|interface|endpoint_type|verify|insecure|cacert|cert|key|profile|image_(endpoint|interface))/;

/** The regions that a cloud lists: `regions`, else `region_name`, which is a name, a list, or names with commas between. */
export function readRegions(
  cloud: string,
  raw: RawCloud,
): { readonly regions: readonly string[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const regions = listed(raw).flatMap((entry) => {
    const name = isMapping(entry) ? entry.name : entry;
    const text = textOf(name)?.trim();
    if (isMapping(entry)) problems.push(...checkValues(cloud, text ?? '', entry));
    if (text === undefined || text === '') {
      if (isMapping(entry)) problems.push(error(cloud, 'has a region without a name.'));
      return [];
    }
    if (!isText(name)) problems.push(notQuoted(cloud, text));
    return [text];
  });
  return { regions: [...new Set(regions)], problems };
}

function listed(raw: RawCloud): readonly unknown[] {
  const value = raw.regions ?? raw.region_name;
  if (Array.isArray(value)) return value;
  if (isText(value)) return raw.regions === undefined ? value.split(',') : [value];
  return value === undefined || value === null ? [] : [value];
}

function checkValues(cloud: string, region: string, entry: RawCloud): readonly Problem[] {
  if (!isMapping(entry.values)) return [];
  const keys = Object.keys(entry.values).filter((key) => REACHES_IMAGES.test(key.replaceAll('-', '_')));
  if (keys.length === 0) return [];
  return [
    error(cloud, `gives the region "${region}" its own ${keys.join(', ')}. Make that region a cloud of its own.`),
  ];
}

function error(cloud: string, what: string): Problem {
  return { severity: 'error', code: 'region-invalid', message: `The cloud "${cloud}" ${what}` };
}

function notQuoted(cloud: string, region: string): Problem {
  const message = `A region of the cloud "${cloud}" has no quotes, and YAML reads it as ${region}. Put it in quotes.`;
  return { severity: 'warning', code: 'value-not-quoted', message };
}
