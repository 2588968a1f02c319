import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { definitionKey } from '../../definition/definition.ts';
import { type Plan, SENDS } from '../model/plan.ts';

const text = v.string();
const optionalText = v.exactOptional(text);

/** What was known of a source when its plan was saved. */
const SourceState = v.object({
  /** A path from the folder of the run, or a URL without secrets. */
  name: text,
  size: v.exactOptional(v.number()),
  /** SHA-256 in hex, of a local file. */
  sha256: optionalText,
  /** ETag and expected checksum, of a URL. */
  etag: optionalText,
  checksum: optionalText,
});

const Entry = v.object({
  /** Path from the folder of the run, with slashes. */
  file: text,
  key: text,
  name: text,
  cloud: text,
  region: text,
  action: v.picklist(['none', 'adopt', 'create', 'upload', 'update', 'replace']),
  image_id: v.nullable(text),
  /** SHA-256 in hex of the definition file's text. */
  definition: text,
  /** SHA-256 in hex of what the plan was made from in the cloud. */
  live: text,
  /** SHA-256 in hex of the changes. */
  changes: text,
  source: v.nullable(SourceState),
});

/** The document of `plan --out`, without its own digest. It holds digests instead of values, so no secret is in it. */
export const SavedPlan = v.object({
  kind: v.literal('glance-images saved plan'),
  format_version: v.literal(1),
  cloud: v.nullable(text),
  regions: v.nullable(v.array(text)),
  adopt: v.boolean(),
  recover_stuck: v.boolean(),
  plans: v.array(Entry),
});

export type SavedPlan = v.InferOutput<typeof SavedPlan>;
export type SavedEntry = v.InferOutput<typeof Entry>;
type SourceState = v.InferOutput<typeof SourceState>;

/** What saving a plan needs of the machine. */
export interface PlanStates {
  /** A path as the document has it. */
  readonly shown: (path: string) => string;
  /** SHA-256 in hex of the files that the plans send, by absolute path. */
  readonly files: ReadonlyMap<string, string>;
}

/** A plan as it is saved. Blocked plans can't be saved. */
export function savedEntry(plan: Plan, states: PlanStates): SavedEntry | undefined {
  const { definition, place, action, imageId, fingerprint, changes, bytesToSend, successor, stores } = plan;
  if (action === 'blocked') return undefined;
  return {
    file: states.shown(definition.file),
    key: definitionKey(definition),
    name: definition.arguments.name,
    cloud: place.cloud,
    region: place.region,
    action,
    image_id: imageId ?? null,
    definition: hash(definition.text),
    live: hash(fingerprint),
    changes: hash(JSON.stringify([changes.map(effect), bytesToSend, successor ?? null, stores ?? null])),
    source: sourceState(plan, states) ?? null,
  };
}

/** What a change does. Data is described by what is known of it, so its source and the live image are compared instead. */
function effect({ path, before, after, forcesReplacement }: Plan['changes'][number]): readonly unknown[] {
  return path === 'data' ? [path, forcesReplacement] : [path, before ?? null, after ?? null, forcesReplacement];
}

/** The digest that signs a saved plan: SHA-256 in hex. */
export function digestOf(plan: SavedPlan): string {
  return hash(JSON.stringify(v.parse(SavedPlan, plan)));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether nothing tells if a source's bytes are still those that were reviewed. */
export function isUnpinned({ source }: SavedEntry): boolean {
  return source !== null && source.sha256 === undefined && source.checksum === undefined && source.etag === undefined;
}

/** The local files that these plans send, by absolute path. */
export function filesToSend(plans: readonly Plan[]): ReadonlySet<string> {
  const paths = plans
    .filter(({ action, remote }) => SENDS.has(action) && remote === undefined)
    .map(({ source }) => source?.path);
  return new Set(paths.filter((path) => path !== undefined));
}

function sourceState({ action, source, remote }: Plan, { shown, files }: PlanStates): SourceState | undefined {
  if (!SENDS.has(action)) return undefined;
  if (remote !== undefined) {
    const { etag, checksum } = remote.origin;
    return {
      name: remote.name,
      ...(remote.size === undefined ? {} : { size: remote.size }),
      ...(etag === undefined ? {} : { etag }),
      ...(checksum === undefined ? {} : { checksum }),
    };
  }
  if (source === undefined) return undefined;
  const sha256 = files.get(source.path);
  return { name: shown(source.path), size: source.size, ...(sha256 === undefined ? {} : { sha256 }) };
}
