import type { RawCloud } from './cloud-entry.ts';

/** Variables that choose among clouds or files and describe none. */
const NOT_A_CLOUD = new Set([
  'OS_CLOUD',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
  'OS_CLOUD_NAME',
]);
const FOREIGN = /^OS_(TEST|STD|LOG)/;

/** The cloud that `OS_*` variables describe: `OS_FOO_BAR` is `foo_bar`. Named `envvars`, or by `OS_CLOUD_NAME`. */
export function environmentCloud(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly raw: RawCloud } | undefined {
  const described = Object.entries(environment).filter(
    ([name, value]) =>
      name.startsWith('OS_') && !NOT_A_CLOUD.has(name) && !FOREIGN.test(name) && value !== undefined && value !== '',
  );
  if (described.length === 0) return undefined;
  const raw: Record<string, unknown> = Object.fromEntries(
    described.map(([name, value]) => [name.slice('OS_'.length).toLowerCase(), value]),
  );
  const { OS_REGION_NAME: region } = environment;
  if (region !== undefined && region !== '') raw.region_name = region;
  return { name: environment.OS_CLOUD_NAME ?? 'envvars', raw };
}
