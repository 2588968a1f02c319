import { dirname, isAbsolute, join } from 'node:path';
import { isMapping, type RawCloud } from './raw-cloud.ts';

/** The entry with its certificates, and those of its regions, named whole: one beside its file may be named without the folder. */
export function absolutePaths(raw: RawCloud, file: string): RawCloud {
  const resolved = ['cacert', 'cert', 'key'].flatMap((name) => {
    const value = raw[name];
    if (typeof value !== 'string' || value === '' || value.startsWith('~') || isAbsolute(value)) return [];
    return [[name, join(dirname(file), value)] as const];
  });
  const regions = Array.isArray(raw.regions) ? (raw.regions as readonly unknown[]) : undefined;
  return {
    ...raw,
    ...Object.fromEntries(resolved),
    ...(regions === undefined ? {} : { regions: regions.map((region) => inRegion(region, file)) }),
  };
}

function inRegion(region: unknown, file: string): unknown {
  if (!isMapping(region) || !isMapping(region.values)) return region;
  return { ...region, values: absolutePaths(region.values, file) };
}
