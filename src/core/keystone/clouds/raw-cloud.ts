import type { PlainNumber } from '../yaml/plain-scalar.ts';

/** One entry under `clouds:`, as read from YAML, JSON or the environment. */
export type RawCloud = Readonly<Record<string, unknown>>;

/** Old names of keys. If both are present, the new one wins. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  tenant_name: 'project_name',
  auth_token: 'token',
  user_name: 'username',
  auth_plugin: 'auth_type',
  endpoint_type: 'interface',
  image_endpoint_type: 'image_interface',
  cloud: 'profile',
};

/** The current name of a key in openstacksdk. */
export function newName(key: string): string {
  const plain = key.replaceAll('-', '_');
  return (Object.hasOwn(OLD_NAMES, plain) ? OLD_NAMES[plain] : undefined) ?? plain;
}

/** The mapping with openstacksdk's current key names: `_` for `-`, new for old. Applies to `auth` too. */
export function renamed(entry: RawCloud): RawCloud {
  const plain = Object.entries(entry).map(([key, value]) => [key.replaceAll('-', '_'), value] as const);
  const old = plain.flatMap(([key, value]) => {
    const name = Object.hasOwn(OLD_NAMES, key) ? OLD_NAMES[key] : undefined;
    return name === undefined ? [] : [[name, value] as const];
  });
  const all = Object.fromEntries([...old, ...plain.filter(([key]) => !Object.hasOwn(OLD_NAMES, key))]);
  return isMapping(all.auth) ? { ...all, auth: renamed(all.auth) } : all;
}

/** Overlays one renamed mapping on another as openstacksdk does: `auth` key by key, other values as a whole. */
export function laidOver(below: RawCloud, above: RawCloud): RawCloud {
  const both = { ...below, ...above };
  return isMapping(below.auth) && isMapping(above.auth) ? { ...both, auth: { ...below.auth, ...above.auth } } : both;
}

export function isMapping(value: unknown): value is RawCloud {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlainNumber(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A scalar as openstacksdk converts it to text; `undefined` for other values. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return isPlainNumber(value) ? value.text : undefined;
}

function isPlainNumber(value: unknown): value is PlainNumber {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'number' || value.kind === 'date') &&
    'text' in value &&
    typeof value.text === 'string'
  );
}
