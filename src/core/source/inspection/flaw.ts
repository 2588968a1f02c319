import type { Flaw, FlawCode } from './inspection.ts';
import { quote } from '../../quote.ts';

/** Longer names are cut. */
const NAME_AT_MOST = 120;

/** A flaw with its details. */
export function flaw(code: FlawCode, detail: string): Flaw {
  return { code, detail };
}

/** A name from a hostile file: quoted, cut, with every character visible. */
export function quotedName(name: string): string {
  return quote(name.length > NAME_AT_MOST ? `${name.slice(0, NAME_AT_MOST)}…` : name);
}

/** A 64-bit size as a number, or null if no disk is that large. */
export function diskSize(bytes: bigint): number | null {
  return bytes > 0n && bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null;
}
