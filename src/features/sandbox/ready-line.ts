/** What the sandbox prints, as one line of JSON, once it answers. */
export interface ReadyLine {
  /** Absolute path of its `clouds.yaml`. */
  readonly cloudsFile: string;
}

/** Reads the first line of the sandbox's output; `undefined` for anything that is not what it promises. */
export function parseReadyLine(line: string): ReadyLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const cloudsFile: unknown = Reflect.get(value, 'cloudsFile');
  return typeof cloudsFile === 'string' && cloudsFile !== '' ? { cloudsFile } : undefined;
}
