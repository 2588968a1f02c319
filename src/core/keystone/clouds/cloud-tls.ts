import { join } from 'node:path';
import type { CloudProblem } from './cloud-problem.ts';
import type { Cloud } from './configuration.ts';
import { isText, textOf, type RawCloud } from './raw-cloud.ts';

/** How the certificates of a cloud are checked. `insecure` beats all; as in openstacksdk only the text `true`, in any case, counts as true. */
export function readTls(
  name: string,
  raw: RawCloud,
  homeDirectory: string,
): { readonly tls: Cloud['tls']; readonly problems: readonly CloudProblem[] } {
  const insecure = raw.insecure === true || (isText(raw.insecure) && raw.insecure.toLowerCase() === 'true');
  const path = (key: string): string | undefined =>
    textOf(raw[key])?.replace(/^~(?=[/\\]|$)/, () => join(homeDirectory)) || undefined;
  const ca = path('cacert');
  const cert = path('cert');
  const key = path('key');
  const tls = {
    verify: !insecure && raw.verify !== false,
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { certFile: cert }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
  const odd = [
    ...(isText(raw.insecure) && !/^(true|false)$/i.test(raw.insecure) ? ['insecure'] : []),
    ...(raw.verify !== undefined && typeof raw.verify !== 'boolean' ? ['verify'] : []),
  ];
  return { tls, problems: odd.map((written) => notBoolean(name, written)) };
}

function notBoolean(name: string, key: string): CloudProblem {
  const message = `"${key}" of the cloud "${name}" is neither true nor false: certificates are checked.`;
  return { severity: 'warning', code: 'value-not-boolean', message, keys: [[key]] };
}
