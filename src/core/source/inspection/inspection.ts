import * as v from 'valibot';

/** Formats of disks that a file can bear the marks of. `gpt` is any partition table, an MBR's too, as Glance counts them. */
export type ContentFormat = 'qcow2' | 'qed' | 'vmdk' | 'vhd' | 'vhdx' | 'vdi' | 'iso' | 'gpt' | 'luks';

/** What a disk can be wrapped in, told by the first bytes. */
export type Wrapping = 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'lz4' | 'lzip' | 'zip' | '7z' | 'tar';

/** What is wrong with a file, seen from its headers. These are the codes of the problems that they become. */
export type FlawCode =
  /** It is only the difference to another file. */
  | 'source-backing-file'
  /** Its data is in another file. */
  | 'source-data-file'
  | 'source-outside-extents'
  | 'source-encrypted'
  /** It needs something of its reader that none may know. */
  | 'source-unknown-features'
  /** A version or kind of its format that Glance never takes. */
  | 'source-subformat'
  | 'source-damaged'
  | 'source-truncated'
  | 'partition-table-invalid';

/** One flaw. */
export interface Flaw {
  readonly code: FlawCode;
  /** What exactly, in words that go after a colon. Text of the file in it is quoted and harmless. */
  readonly detail: string;
}

/** A format that the file bears the marks of. */
export interface FormatFinding {
  readonly format: ContentFormat;
  /** Bytes of the disk as a server sees it; null where the headers do not say. */
  readonly virtualSize: number | null;
  readonly flaws: readonly Flaw[];
}

/** What the headers of a file say. Plain data: it is kept beside the file's digests. */
export interface Inspection {
  /** `INSPECTION_VERSION` of who found it. */
  readonly version: number;
  /** Empty: nothing that is known, so plain bytes. Several only where a file is two things at once. */
  readonly formats: readonly FormatFinding[];
  readonly wrapping: Wrapping | null;
  /** A VHD that has its footer at the end only, so that Glance does not see that it is one. */
  readonly fixedVhd: boolean;
  /** Bytes of the file. */
  readonly size: number;
}

/** The one format that Glance would settle on; `several` where it refuses to. A bootable ISO may have a partition table in front. */
export function leadingFormat(formats: readonly FormatFinding[]): FormatFinding | 'several' | undefined {
  if (formats.length <= 1) return formats[0];
  const iso = formats.find(({ format }) => format === 'iso');
  const hybrids = formats.length === 2 && formats.some(({ format }) => format === 'gpt');
  return hybrids && iso !== undefined ? iso : 'several';
}

/** Grows with every change of what is found, so that what an older version found is not believed. */
export const INSPECTION_VERSION = 1;

const textAs = <T extends string>() => v.custom<T>((value) => typeof value === 'string');

/** What this version of an inspection found, as a cache keeps it. */
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
  size: v.number(),
});
