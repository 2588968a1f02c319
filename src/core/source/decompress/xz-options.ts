/** Filters before LZMA2 and checks that few files have, by their ids (https://tukaani.org/xz/xz-file-format.txt, 5.3 and 2.1.1.2). */
const FILTERS: Readonly<Record<number, string>> = {
  3: 'delta',
  4: 'x86 (BCJ)',
  5: 'PowerPC (BCJ)',
  6: 'IA-64 (BCJ)',
  7: 'ARM (BCJ)',
  8: 'ARM-Thumb (BCJ)',
  9: 'SPARC (BCJ)',
  10: 'ARM64 (BCJ)',
  11: 'RISC-V (BCJ)',
};
const CHECKS: Readonly<Record<number, string>> = { 10: 'SHA-256' };
const LZMA2 = 0x21;

/** XZ's block header has at most 1024 bytes, after 12 bytes of the stream's. */
export const XZ_HEAD_BYTES = 12 + 1024;

/** The options of an xz file that decoders may lack, by its first block: `the filter x86 (BCJ)`. Empty if it has none. */
export function unusualXzOptions(head: Uint8Array): string {
  const check = CHECKS[(head[7] ?? 0) & 0x0f];
  const filters = filterIds(head)
    .filter((id) => id !== LZMA2 && id !== 0)
    .map((id) => `the filter ${FILTERS[id] ?? `0x${id.toString(16)}`}`);
  return [...filters, ...(check === undefined ? [] : [`the check ${check}`])].join(' and ');
}

function filterIds(head: Uint8Array): readonly number[] {
  const flags = head[13] ?? 0;
  let at = 14;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = head[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  // The sizes of the block, where they are given.
  for (const bit of [0x40, 0x80]) if ((flags & bit) !== 0) next();
  return Array.from({ length: (flags & 3) + 1 }, () => {
    const id = next();
    at += next();
    return id;
  });
}
