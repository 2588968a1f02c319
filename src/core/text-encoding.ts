/**
 * The text that bytes are, in UTF-16 if they begin with its mark (as PowerShell's `>` writes), else in UTF-8 with U+FFFD for what is
 * not. For files where only ASCII matters: certificates, digests.
 */
export function decodeLeniently(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
