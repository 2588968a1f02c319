import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { readMarks } from '../../core/reconcile/ownership/marks.ts';
import type { SavedDefinitions } from '../definitions/saved-definitions.ts';
import type { PlanRecord, PlansStore } from '../definitions/plans.ts';
import { regionId } from './node-id.ts';

/** How an image relates to definitions, as far as known without asking a cloud. */
export type Management =
  /** No definition created it. */
  | { readonly kind: 'unmanaged' }
  /** A definition created it. Whether they differ is not known. */
  | { readonly kind: 'managed'; readonly key: string }
  /** The last plan found nothing to change, or its apply changed it. */
  | { readonly kind: 'equal'; readonly key: string }
  /** The last plan found differences. */
  | { readonly kind: 'differs'; readonly key: string; readonly changes: number; readonly replace: boolean }
  /** A definition created it, but none in the workspace describes it. */
  | { readonly kind: 'unclaimed'; readonly key: string };

/** Derives the management of images from the last plans, the saved definitions and the marks on images. Asks no cloud. */
export class ImageManagement {
  readonly #plans: PlansStore;
  readonly #definitions: SavedDefinitions;
  /** The last records by region and image; built on first use after a change. */
  #records: ReadonlyMap<string, PlanRecord> | undefined;

  constructor(plans: PlansStore, definitions: SavedDefinitions) {
    this.#plans = plans;
    this.#definitions = definitions;
    plans.onDidChange(() => (this.#records = undefined));
  }

  of(place: Place, image: LiveImage): Management {
    const record = this.record(place, image.id);
    const known = record === undefined ? undefined : planned(record, image);
    if (known !== undefined) return known;
    const marks = readMarks(image);
    if (marks === undefined) return { kind: 'unmanaged' };
    const { key } = marks;
    // A replaced image is kept on purpose, and one that an apply is creating has a definition.
    const settled = marks.replacedBy === undefined && marks.state === undefined;
    const unclaimed = settled && this.#definitions.isComplete && this.#definitions.meaning(place, image).length === 0;
    return unclaimed ? { kind: 'unclaimed', key } : { kind: 'managed', key };
  }

  /** The last plan of an image, with its result. */
  record(place: Place, imageId: string): PlanRecord | undefined {
    this.#records ??= new Map(this.#plans.all().flatMap((record) => idsOf(record).map((id) => [id, record])));
    return this.#records.get(recordId(place, imageId));
  }
}

function idsOf(record: PlanRecord): readonly string[] {
  const { plan, result } = record;
  const ids = [plan.live?.id, result?.imageId].filter((id) => id !== undefined);
  return [...new Set(ids)].map((id) => recordId(plan.place, id));
}

function recordId(place: Place, imageId: string): string {
  return `${regionId(place)}\n${imageId}`;
}

/** The management by the last plan; `undefined` if the image changed since. */
function planned({ plan, result, since }: PlanRecord, image: LiveImage): Management | undefined {
  if (since !== undefined) return undefined;
  const key = readMarks(image)?.key ?? plan.definition.arguments.name;
  const applied = result?.live;
  if (applied?.id === image.id && applied.updated_at === image.updated_at) {
    return ['done', 'unchanged', 'unverified'].includes(result?.status ?? '') ? { kind: 'equal', key } : undefined;
  }
  const { live, action, changes } = plan;
  if (live?.id !== image.id || live.updated_at !== image.updated_at) return undefined;
  if (action === 'none' || action === 'adopt') return { kind: 'equal', key };
  if (action === 'update' || action === 'replace' || action === 'upload') {
    return { kind: 'differs', key, changes: changes.length, replace: action === 'replace' };
  }
  return undefined;
}
