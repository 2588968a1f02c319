const WIDTH = 72;

/** A JSON value as Python's `str` writes it. */
export function pythonWord(value: unknown): string {
  return typeof value === 'string' ? value : pythonText(value);
}

/** A JSON value as Python's `repr` writes it, for Glance's validation texts. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonText(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** A JSON value as Python's `pprint` writes it: one item a line where it would be longer than 72 characters. */
export function pythonLines(value: unknown, keys: 'sorted' | 'as they are'): string {
  return lines(keys === 'sorted' ? sorted(value) : value, 0);
}

function lines(value: unknown, indent: number): string {
  const flat = pythonText(value);
  if (indent + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const separator = `,\n${' '.repeat(indent + 1)}`;
  if (Array.isArray(value)) {
    return `[${value.map((item) => lines(item, indent + 1)).join(separator)}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const name = `${quoted(key)}: `;
    return name + lines(item, indent + 1 + name.length);
  });
  return `{${entries.join(separator)}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
