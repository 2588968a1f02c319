/** A VMDK's descriptor. Everything but file names is lower-cased: the format ignores case. */
export interface VmdkDescriptor {
  readonly createType: string | undefined;
  /** Sizes in sectors of 512 bytes. */
  readonly extents: readonly { readonly file: string; readonly sectors: bigint }[];
  /** The parent file, if this one holds only the difference from it. */
  readonly parent: string | undefined;
  /** The first invalid line; Glance refuses such a file. */
  readonly strangeLine: string | undefined;
}

/** Longer types are invalid. */
const TYPE_AT_MOST = 63;
const EXTENT = /^(?:rw|rdonly|noaccess)[ \t]/i;

/** Reads the descriptor of a VMDK. Accepts any text and throws nothing. */
export function readDescriptor(text: string): VmdkDescriptor {
  const extents: { file: string; sectors: bigint }[] = [];
  let [createType, parent, strangeLine]: (string | undefined)[] = [];
  for (const each of text.split('\n')) {
    const line = each.trim();
    if (line === '' || line.startsWith('#') || /^ddb/i.test(line)) continue;
    const setting = /^([^ =]+)=(.*)$/s.exec(line);
    if (EXTENT.test(line)) extents.push(extent(line));
    else if (setting === null) strangeLine ??= line;
    else if (setting[1]?.toLowerCase() === 'createtype') createType ??= unquoted(setting[2]).toLowerCase();
    else if (setting[1]?.toLowerCase() === 'parentfilenamehint') parent ??= unquoted(setting[2]);
  }
  const known = createType !== undefined && createType !== '' && createType.length <= TYPE_AT_MOST;
  return { createType: known ? createType : undefined, extents, parent, strangeLine };
}

/** `RW 20480 SPARSE "disk.vmdk"`: everything from the first quote on is the name. */
function extent(line: string): { readonly file: string; readonly sectors: bigint } {
  const sectors = /^\S+[ \t]+(\d{1,18})(?=[ \t]|$)/.exec(line)?.[1] ?? '0';
  const quote = line.indexOf('"');
  return { file: quote === -1 ? line : unquoted(line.slice(quote)), sectors: BigInt(sectors) };
}

function unquoted(value = ''): string {
  const inner = /^"([^"]*)"/.exec(value.trim());
  return inner?.[1] ?? value.trim();
}
