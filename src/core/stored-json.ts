import * as v from 'valibot';

// Stored JSON is untrusted: another version or somebody else may have written it.

/** Parses JSON by a schema; `undefined` for no text, invalid JSON, and other values. */
export function parseStored<S extends v.GenericSchema>(
  schema: S,
  text: string | undefined,
): v.InferOutput<S> | undefined {
  if (text === undefined) return undefined;
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    // Truncated or damaged: counts as missing.
    return undefined;
  }
}

/** A list of the entries that match the schema. Others are left out, and anything but a list is empty. */
export function listOf<S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.fallback(v.array(v.unknown()), []),
    v.transform((entries) =>
      entries.flatMap((entry): v.InferOutput<S>[] => {
        const read = v.safeParse(schema, entry);
        return read.success ? [read.output] : [];
      }),
    ),
  );
}

/** A value that matches the schema, else null. */
export function orNull<S extends v.GenericSchema>(schema: S) {
  return v.fallback(v.nullable(schema), null);
}

/** A number of bytes. */
export const byteCount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Digests in hex by the names of their algorithms. */
export const digests = v.record(v.string(), v.string());
