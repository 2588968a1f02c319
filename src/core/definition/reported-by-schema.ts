/**
 * Codes of problems that an editor which validates with the schema shows in its own words. Everything else the schema leaves
 * to the parser, whose problems have a code and say what to do: one mistake is to be shown once.
 */
export const REPORTED_BY_SCHEMA: ReadonlySet<string> = new Set(['syntax-error', 'unknown-value', 'wrong-type']);
