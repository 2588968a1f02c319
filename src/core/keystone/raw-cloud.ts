import type { PlainNumber } from './plain-scalar.ts';

/** One entry under `clouds:`, as YAML, JSON or the environment gave it. */
export type RawCloud = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is RawCloud {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlainNumber(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A scalar as the text that openstacksdk makes of it; `undefined` for what is none. */
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
