import { dirname, isAbsolute, join } from 'node:path';
import type { CloudProblem } from './cloud-problem.ts';
import type { Cloud } from './configuration.ts';
import { isMapping, isText, textOf, type RawCloud } from './raw-cloud.ts';

/** The TLS settings of a cloud. `insecure` overrides all; as in openstacksdk only the text `true`, in any case, counts as true. */
export function readTls(
  name: string,
  raw: RawCloud,
  homeDirectory: string,
): { readonly tls: Cloud['tls']; readonly problems: readonly CloudProblem[] } {
  const insecure = raw.insecure === true || (isText(raw.insecure) && raw.insecure.toLowerCase() === 'true');
  const read = (name: 'ca' | 'cert' | 'key', key: string): Readonly<Record<string, string>> => {
    const text = textOf(raw[key]) ?? '';
    if (text === '') return {};
    return isPem(text)
      ? { [name]: text }
      : { [`${name}File`]: text.replace(/^~(?=[/\\]|$)/, () => join(homeDirectory)) };
  };
  const tls = {
    verify: !insecure && raw.verify !== false,
    ...read('ca', 'cacert'),
    ...read('cert', 'cert'),
    ...read('key', 'key'),
  };
  const notBooleans = [
    ...(isText(raw.insecure) && !/^(true|false)$/i.test(raw.insecure) ? ['insecure'] : []),
    ...(raw.verify !== undefined && typeof raw.verify !== 'boolean' ? ['verify'] : []),
  ];
  return { tls, problems: notBooleans.map((written) => notBoolean(name, written)) };
}

/** Whether a value is the certificate or key itself, as gophercloud takes it, and no path. */
function isPem(value: string): boolean {
  return /^\s*-----BEGIN /.test(value);
}

function notBoolean(name: string, key: string): CloudProblem {
  const message = `"${key}" of the cloud "${name}" is neither true nor false, so certificates are checked.`;
  return { severity: 'warning', code: 'value-not-boolean', message, keys: [[key]] };
}

/** Makes the paths of certificates absolute, in the entry and its regions. Relative paths start at the entry's file. */
export function absolutePaths(raw: RawCloud, file: string): RawCloud {
  const resolved = ['cacert', 'cert', 'key'].flatMap((name) => {
    const value = raw[name];
    if (typeof value !== 'string' || value === '' || value.startsWith('~') || isAbsolute(value) || isPem(value))
      return [];
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
