import type { Flaw, FlawCode } from './inspection.ts';
import { quote } from '../../quote.ts';

/** Longer names than this say nothing more. */
const NAME_AT_MOST = 120;

/** A flaw, with what exactly is wrong. */
export function flaw(code: FlawCode, detail: string): Flaw {
  return { code, detail };
}

/** A name out of a hostile file: quoted, cut, every character visible. */
export function quotedName(name: string): string {
  return quote(name.length > NAME_AT_MOST ? `${name.slice(0, NAME_AT_MOST)}…` : name);
}

/** A 64-bit size as a number, or null where no disk is that large. */
export function diskSize(bytes: bigint): number | null {
  return bytes > 0n && bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null;
}
