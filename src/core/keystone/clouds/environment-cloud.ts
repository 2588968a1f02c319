import type { RawCloud } from './raw-cloud.ts';

/** Variables that select a cloud or file and do not describe one (openstack/config/loader.py, `_get_os_environ`). */
const SELECTORS = new Set([
  'OS_CLOUD',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
  'OS_CLOUD_NAME',
]);
const FOREIGN = /^OS_(TEST|STD|LOG)/;
/** Without one of these the variables describe no cloud: macOS sets `OS_ACTIVITY_MODE`, for example. */
const TELLING =
  /^OS_(AUTH_URL|AUTH_TYPE|USERNAME|USER_ID|PASSWORD|TOKEN|AUTH_TOKEN|ENDPOINT|IMAGE_ENDPOINT_OVERRIDE|PROFILE|APPLICATION_CREDENTIAL_\w+)$/;

/** The cloud that `OS_*` variables describe: `OS_FOO_BAR` is `foo_bar`. Its name is `envvars`, or `OS_CLOUD_NAME`. */
export function environmentCloud(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly raw: RawCloud } | undefined {
  const given = Object.entries(environment).filter(
    ([name, value]) =>
      name.startsWith('OS_') && !SELECTORS.has(name) && !FOREIGN.test(name) && value !== undefined && value !== '',
  );
  if (!given.some(([name]) => TELLING.test(name))) return undefined;
  const raw: Record<string, unknown> = Object.fromEntries(
    given.map(([name, value]) => [name.slice('OS_'.length).toLowerCase(), value]),
  );
  const { OS_REGION_NAME: region, OS_CLOUD_NAME: name } = environment;
  if (region !== undefined && region !== '') raw.region_name = region;
  return { name: name === undefined || name === '' ? 'envvars' : name, raw };
}
