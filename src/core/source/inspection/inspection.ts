import * as v from 'valibot';

/** Detectable disk formats. As in Glance, `gpt` is any partition table, including an MBR. */
export type ContentFormat = 'qcow2' | 'qed' | 'vmdk' | 'vhd' | 'vhdx' | 'vdi' | 'iso' | 'gpt' | 'luks';

/** Containers and compressions around a disk, detected by the first bytes. */
export type Wrapping = 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'lz4' | 'lzip' | 'zip' | '7z' | 'tar';

/** Kinds of text, by how it begins. */
export type TextKind = 'git-lfs-pointer' | 'git-annex-pointer' | 'html' | 'xml' | 'json' | 'plain';

/** A file that is text. */
export interface TextFinding {
  readonly kind: TextKind;
  /** Its first line, cut, quoted and harmless. */
  readonly begins: string;
}

/** What can be wrong with a file, by its headers. These are also the codes of the problems. */
export type FlawCode =
  /** It holds only the difference from another file. */
  | 'source-backing-file'
  /** Its data is in another file. */
  | 'source-data-file'
  | 'source-outside-extents'
  | 'source-encrypted'
  /** It requires features that readers may not know. */
  | 'source-unknown-features'
  /** A version or variant of its format that Glance never accepts. */
  | 'source-subformat'
  | 'source-damaged'
  | 'source-truncated'
  | 'partition-table-invalid';

/** One flaw. */
export interface Flaw {
  readonly code: FlawCode;
  /** The details, as text to put after a colon. Text of the file in it is quoted and harmless. */
  readonly detail: string;
}

/** A detected format. */
export interface FormatFinding {
  readonly format: ContentFormat;
  /** Virtual size in bytes; null if the headers do not say. */
  readonly virtualSize: number | null;
  readonly flaws: readonly Flaw[];
}

/** The result of an inspection. Plain data, because it is cached. */
export interface Inspection {
  /** The `INSPECTION_VERSION` that produced it. */
  readonly version: number;
  /** Empty for plain bytes. Several if a file matches more than one format. */
  readonly formats: readonly FormatFinding[];
  readonly wrapping: Wrapping | null;
  /** Whether it is a VHD with its footer only at the end, which Glance does not detect. */
  readonly fixedVhd: boolean;
  /** Absent for anything but text. */
  readonly text?: TextFinding;
  /** Bytes of the file. */
  readonly size: number;
}

/** The format that Glance would detect; `several` if it would refuse the file. A bootable ISO may start with a partition table. */
export function leadingFormat(formats: readonly FormatFinding[]): FormatFinding | 'several' | undefined {
  if (formats.length <= 1) return formats[0];
  const iso = formats.find(({ format }) => format === 'iso');
  const hybrids = formats.length === 2 && formats.some(({ format }) => format === 'gpt');
  return hybrids && iso !== undefined ? iso : 'several';
}

/** Increase it with every change of the findings, to invalidate cached results. */
export const INSPECTION_VERSION = 2;

const textAs = <T extends string>() => v.custom<T>((value) => typeof value === 'string');

/** A cached result of this version of the inspection. */
export const inspectionSchema: v.GenericSchema<unknown, Inspection> = v.object({
  version: v.literal(INSPECTION_VERSION),
  formats: v.array(
    v.object({
      format: textAs<ContentFormat>(),
      virtualSize: v.nullable(v.number()),
      flaws: v.array(v.object({ code: textAs<FlawCode>(), detail: v.string() })),
    }),
  ),
  wrapping: v.nullable(textAs<Wrapping>()),
  fixedVhd: v.boolean(),
  text: v.exactOptional(v.object({ kind: textAs<TextKind>(), begins: v.string() })),
  size: v.number(),
});
