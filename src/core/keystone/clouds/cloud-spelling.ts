import { closest } from '../../definition/reading/closest.ts';
import { AUTH_KEYS } from './cloud-auth.ts';
import type { CloudProblem, KeyPath } from './cloud-problem.ts';
import { isMapping, isText, type RawCloud } from './raw-cloud.ts';

/** Keys that other tools have, or that people write from memory, with the key that openstacksdk reads. */
const BESIDE_AUTH: Readonly<Record<string, string>> = {
  region: 'region_name',
  regions_name: 'region_name',
  ca_cert: 'cacert',
  ca_file: 'cacert',
  cafile: 'cacert',
  cacert_file: 'cacert',
  cacertfile: 'cacert',
  client_cert: 'cert',
  client_key: 'key',
  ssl_verify: 'verify',
  verify_ssl: 'verify',
  validate_certs: 'verify',
  authtype: 'auth_type',
  interfaces: 'interface',
  image_endpoint_url: 'image_endpoint_override',
};
const WITHIN_AUTH: Readonly<Record<string, string>> = {
  user: 'username',
  tenant: 'project_name',
  project: 'project_name',
  user_domain: 'user_domain_name',
  project_domain: 'project_domain_name',
  auth_uri: 'auth_url',
  url: 'auth_url',
  identity_endpoint: 'auth_url',
  credential_id: 'application_credential_id',
  credential_secret: 'application_credential_secret',
};
/** Keys that are read only beside `auth`. */
const ONLY_BESIDE: ReadonlySet<string> = new Set([
  'auth_type',
  'region_name',
  'regions',
  'interface',
  'cacert',
  'cert',
  'key',
  'verify',
  'insecure',
  'image_endpoint_override',
]);

/**
 * Warns of keys of an entry that nothing reads, each with the key to write.
 * @param entry as written, with openstacksdk's current key names
 */
export function misspelledKeys(cloud: string, entry: RawCloud): readonly CloudProblem[] {
  const warning = (path: KeyPath, written: string, next: string): CloudProblem => ({
    severity: 'warning',
    code: 'key-unknown',
    message: `"${written}" of the cloud "${cloud}" is not read. ${next}`,
    keys: [path],
  });
  const beside = Object.keys(entry).flatMap((key) => {
    const right = Object.hasOwn(BESIDE_AUTH, key) ? BESIDE_AUTH[key] : undefined;
    return right === undefined || right in entry ? [] : [warning([key], key, `Write "${right}".`)];
  });
  const auth = isMapping(entry.auth) ? entry.auth : {};
  const within = Object.keys(auth).flatMap((key) => {
    const path = ['auth', key];
    if (ONLY_BESIDE.has(key)) return [warning(path, key, 'Put it beside "auth", not in it.')];
    const right = AUTH_KEYS.includes(key) ? undefined : meantInAuth(key);
    return right === undefined || right in auth ? [] : [warning(path, key, `Write "${right}".`)];
  });
  return [...beside, ...within];
}

function meantInAuth(key: string): string | undefined {
  return Object.hasOwn(WITHIN_AUTH, key) ? WITHIN_AUTH[key] : closest(key, AUTH_KEYS, 2);
}

/** Warns of values of a login that begin or end with what nobody sees; addresses are trimmed. No value is quoted: it may be a secret. */
export function paddedValues(cloud: string, entry: RawCloud): readonly CloudProblem[] {
  const inside = isMapping(entry.auth) ? entry.auth : {};
  return AUTH_KEYS.filter((key) => key !== 'auth_url').flatMap((key) =>
    [
      { value: entry[key], path: [key] },
      { value: inside[key], path: ['auth', key] },
    ].flatMap(({ value, path }) => {
      const [blank] = isText(value) ? (/^\s(?=[^])|\s$/.exec(value) ?? []) : [];
      if (blank === undefined || !isText(value)) return [];
      const end = /\s$/.test(value) ? 'ends' : 'begins';
      const what = /[\r\n]/.test(blank) ? 'a line break' : 'a blank';
      const message = `"${key}" of the cloud "${cloud}" ${end} with ${what}, which is part of the value.`;
      return [{ severity: 'warning' as const, code: 'value-padded' as const, message, keys: [path] }];
    }),
  );
}
