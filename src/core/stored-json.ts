import * as v from 'valibot';

// What we wrote earlier is read as text from outside: another version may have written it, or somebody else.

/** The JSON of a text as the schema has it; `undefined` for no text, for what is no JSON, and for anything else. */
export function parseStored<S extends v.GenericSchema>(
  schema: S,
  text: string | undefined,
): v.InferOutput<S> | undefined {
  if (text === undefined) return undefined;
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    // Cut or damaged: as if there were none.
    return undefined;
  }
}

/** A list of the entries that are as the schema has them. Others are left out, and anything else is an empty list. */
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

/** A value as the schema has it, else null. */
export function orNull<S extends v.GenericSchema>(schema: S) {
  return v.fallback(v.nullable(schema), null);
}

/** A number of bytes. */
export const byteCount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Digests in hex by the names of their algorithms. */
export const digests = v.record(v.string(), v.string());
