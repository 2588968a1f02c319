import { createHash } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import type { Random } from '../../host/random.ts';
import type { Slot } from '../slot.ts';

/** Does to the files of a definition what editors, downloads and other people do while an apply reads them. Returns it in words. */
export async function disturbFiles(slot: Slot, random: Random): Promise<string> {
  switch (random.pick(['replace', 'overwrite', 'truncate', 'edit'] as const)) {
    case 'replace':
      slot.refill(random);
      await slot.write();
      return `${slot.file}: its source was replaced`;
    case 'overwrite': {
      // In place: whoever reads it meanwhile gets some of both, which must never be found under its name.
      slot.refill(random);
      await writeFile(slot.sourceFile, slot.content.stored, { flag: 'r+' });
      await truncate(slot.sourceFile, slot.content.stored.length);
      await slot.write();
      return `${slot.file}: its source was overwritten in place`;
    }
    case 'truncate':
      return truncated(slot, random);
    case 'edit': {
      const what = slot.mutate(random);
      await slot.write();
      return what;
    }
  }
}

/** Cuts the file where it is, or pads it. What is left is a source like any other, for as long as it is so. */
async function truncated(slot: Slot, random: Random): Promise<string> {
  const { stored, compression } = slot.content;
  const size = random.int(0, stored.length);
  await truncate(slot.sourceFile, size);
  if (compression === 'none') slot.accepted.add(sha512(await readFile(slot.sourceFile)));
  return `${slot.file}: its source was cut to ${String(size)} of ${String(stored.length)} bytes`;
}

/** SHA-512 of a file's bytes. */
export function sha512(bytes: Buffer): string {
  return createHash('sha512').update(bytes).digest('hex');
}
