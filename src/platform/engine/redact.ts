const rules: readonly (readonly [RegExp, string])[] = [
  // user:password@ in a URL
  [/:\/\/[^/\s@"']+@/g, '://***@'],
  // header: value
  [
    /((?:x-(?:auth|subject|service)-token|authorization|cookie|set-cookie)["']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?["']?[^\s"',;}]+/gi,
    '$1***',
  ],
  // "password": "value", secret=value, token: value
  [
    /((?:password|passwd|passcode|secret|token|private_key|access_key)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|'(?:[^'\\]|\\.)*(?:'|\\?$)|[^\s"',;&}]+)/gi,
    '$1***',
  ],
  // Fernet and JWS tokens by their look
  [/\bgAAAAA[\w-]{20,}={0,2}/g, '***'],
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '***'],
];

/** Characters of a line: nobody reads a longer one, and the rest of it may hold anything. */
const LINE_AT_MOST = 16_384;

/**
 * The text without what looks like a secret: passwords and tokens in headers, JSON, query strings and URLs. The engine passes
 * none; this is the second lock on the door. What is longer than a line can be is cut first.
 */
export function redact(text: string): string {
  // The word that is cut could be the half of a secret.
  const line = text.length > LINE_AT_MOST ? `${text.slice(0, LINE_AT_MOST).replace(/(?<!\S)\S+$/, '')}…` : text;
  return rules.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), line);
}
