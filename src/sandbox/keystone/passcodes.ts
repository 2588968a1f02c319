import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** ms that a passcode is valid for. */
const PERIOD = 30_000;

/** The passcode at a time (https://www.rfc-editor.org/rfc/rfc6238) for a secret in base 32; `time` in ms since the epoch. */
export function passcode(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / PERIOD)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Whether a passcode is valid: the current one or the one before, as in a Keystone with default settings. */
export function isPasscode(secret: string, asked: unknown, now: number): boolean {
  return asked === passcode(secret, now) || asked === passcode(secret, now - PERIOD);
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
