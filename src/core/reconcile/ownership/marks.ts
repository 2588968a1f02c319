import { ON_REPLACE } from '../../definition/formats.ts';
import type { OnReplace } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';

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
  const owns = parse(raw('owns'), isStringList);
  const sent = parse(raw('sent'), isSent);
  const stored = parse(raw('stored'), isStored);
  const state = parse(raw('state'), isState);
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

function parse<T>(text: string | undefined, check: (value: unknown) => value is T): T | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return check(value) ? value : undefined;
  } catch {
    // Damaged by somebody else.
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);
const isSize = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isSent(value: unknown): value is SentMark {
  return (
    (field(value, 'size') === undefined || isSize(field(value, 'size'))) &&
    ['disk_format', 'container_format'].every((name) => isText(field(value, name))) &&
    ['md5', 'sha512', 'url', 'etag', 'checksum'].every((name) => isTextOrAbsent(field(value, name))) &&
    // Either the bytes or their origin have to be known.
    (isText(field(value, 'sha512')) || isText(field(value, 'url'))) &&
    ['undefined', 'boolean'].includes(typeof field(value, 'decompressed'))
  );
}

function isStored(value: unknown): value is StoredMark {
  const size = field(value, 'size');
  const texts = ['checksum', 'os_hash_algo', 'os_hash_value', 'disk_format', 'container_format'];
  return (size === null || isSize(size)) && texts.every((name) => isTextOrNull(field(value, name)));
}

function isState(value: unknown): value is StateMark {
  const phase = field(value, 'phase');
  const replaces = field(value, 'replaces');
  const onReplace = field(value, 'on_replace');
  return (
    isText(field(value, 'run')) &&
    isText(field(value, 'started')) &&
    PHASES.some((known) => known === phase) &&
    ['undefined', 'boolean'].includes(typeof field(value, 'verified')) &&
    (replaces === undefined || isText(replaces)) &&
    (onReplace === undefined || ON_REPLACE.some((choice) => choice.value === onReplace))
  );
}
