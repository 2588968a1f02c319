import * as v from 'valibot';
import { ON_REPLACE } from '../../definition/formats.ts';
import type { OnReplace } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { byteCount, parseStored } from '../../stored-json.ts';

/** Prefix of the properties in which this tool keeps its marks on an image. A definition can't set them. */
export const MARK_PREFIX = 'glance_images.';

/** The bytes that were sent. If Glance downloaded them itself, what is known of them. */
export interface SentMark {
  /** Bytes. */
  readonly size?: number;
  readonly md5?: string;
  readonly sha512?: string;
  readonly disk_format: string;
  readonly container_format: string;
  /** SHA-256 of the source's URL without user, password and query, as other tenants may read it and try guesses. Earlier versions hashed the whole URL. */
  readonly url?: string;
  /** A strong one, of the bytes as fetched. */
  readonly etag?: string;
  /** `sha256:HEX`, of the bytes as fetched. */
  readonly checksum?: string;
  /** Whether the downloaded bytes were decompressed. */
  readonly decompressed?: boolean;
}

/** What Glance had once the image was active. It differs from what was sent if the cloud converts. */
export interface StoredMark {
  /** Bytes. */
  readonly size: number | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly disk_format: string | null;
  readonly container_format: string | null;
}

const PHASES = ['staging', 'retiring', 'discarding'] as const;

/** An apply that works on the image. */
export interface StateMark {
  /** `PROCESS.RANDOM`: shows whether the run may still be alive. */
  readonly run: string;
  /** When the transfer into this image began; ISO 8601, by the clock of the machine that runs the apply. */
  readonly started: string;
  /**
   * `staging`: not verified or not published yet. `retiring`: published, its predecessor may still be visible. `discarding`:
   * about to be deleted, and never resumed.
   */
  readonly phase: (typeof PHASES)[number];
  /** Whether the bytes of a published image were proven to be those of its source. */
  readonly verified?: boolean;
  /** Id of the predecessor, while it is being retired. */
  readonly replaces?: string;
  /** `on_replace` of the definition when the predecessor was replaced. */
  readonly on_replace?: OnReplace;
}

/** What this tool stores on an image. */
export interface Marks {
  readonly key: string;
  /** Arguments, and properties as `properties/NAME`, that we set. */
  readonly owns: readonly string[];
  readonly sent?: SentMark;
  readonly stored?: StoredMark;
  readonly state?: StateMark;
  /** Id of the successor. */
  readonly replacedBy?: string;
}

/**
 * The marks of an image, or `undefined` if it has no valid ones. Nova copies properties to snapshots, so marks whose `self` is
 * not the image's own id belong to another image. A mark that does not parse is ignored.
 */
export function readMarks(image: LiveImage): Marks | undefined {
  const raw = (name: string): string | undefined => image.properties[`${MARK_PREFIX}${name}`];
  const key = raw('key');
  if (raw('self') !== image.id || key === undefined || key === '') return undefined;
  const owns = parseStored(ownsMark, raw('owns'));
  const sent = parseStored(sentMark, raw('sent'));
  const stored = parseStored(storedMark, raw('stored'));
  const state = parseStored(stateMark, raw('state'));
  const replacedBy = raw('replaced_by');
  return {
    key,
    owns: owns ?? [],
    ...(sent === undefined ? {} : { sent }),
    ...(stored === undefined ? {} : { stored }),
    ...(state === undefined ? {} : { state }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
  };
}

/** The properties that hold these marks on the image with this id. */
export function markProperties(id: string, marks: Marks): Record<string, string> {
  const values: Record<string, string | undefined> = {
    self: id,
    key: marks.key,
    owns: ascii(marks.owns),
    sent: marks.sent && ascii(marks.sent),
    stored: marks.stored && ascii(marks.stored),
    state: marks.state && ascii(marks.state),
    replaced_by: marks.replacedBy,
    // Glance has no conditional PATCH, but refuses to remove a property that does not exist. Whoever publishes, takes over or
    // discards a staged image also removes its lease, so only one of them can succeed.
    ...(marks.state?.phase === 'staging' ? { [`lease.${marks.state.run}`]: marks.state.started } : {}),
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[`${MARK_PREFIX}${name}`, value]])),
  );
}

/** The properties that hold marks on an image that no apply is at work on, and while one is. */
export const MARKS: readonly string[] = ['self', 'key', 'owns', 'sent', 'stored', 'state', 'replaced_by'].map(
  (name) => `${MARK_PREFIX}${name}`,
);

/** Whether a property is one of ours. */
export function isMark(property: string): boolean {
  return property.startsWith(MARK_PREFIX);
}

/** JSON in ASCII: Glance refuses 4-byte Unicode, and some databases mangle less. */
function ascii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

// Other tenants may write what they like into an image that they share.
const text = v.string();
const textOrNull = v.nullable(text);
const optionalText = v.exactOptional(text);

const ownsMark: v.GenericSchema<unknown, readonly string[]> = v.array(text);

const sentMark: v.GenericSchema<unknown, SentMark> = v.pipe(
  v.object({
    size: v.exactOptional(byteCount),
    md5: optionalText,
    sha512: optionalText,
    disk_format: text,
    container_format: text,
    url: optionalText,
    etag: optionalText,
    checksum: optionalText,
    decompressed: v.exactOptional(v.boolean()),
  }),
  v.check(({ sha512, url }) => sha512 !== undefined || url !== undefined, 'neither the bytes nor their origin'),
);

const storedMark: v.GenericSchema<unknown, StoredMark> = v.object({
  size: v.nullable(byteCount),
  checksum: textOrNull,
  os_hash_algo: textOrNull,
  os_hash_value: textOrNull,
  disk_format: textOrNull,
  container_format: textOrNull,
});

const stateMark: v.GenericSchema<unknown, StateMark> = v.object({
  run: text,
  started: text,
  phase: v.picklist(PHASES),
  verified: v.exactOptional(v.boolean()),
  replaces: optionalText,
  on_replace: v.exactOptional(v.picklist(ON_REPLACE.map(({ value }) => value))),
});
