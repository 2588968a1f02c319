import type { LiveImage } from '../../core/glance/image.ts';
import type { ImageMember } from '../../core/glance/members.ts';
import type { PropertyDefinition } from '../../core/glance/metadefs.ts';
import type { Place } from '../../core/place.ts';
import { isMark, readMarks } from '../../core/reconcile/ownership/marks.ts';
import type { Management } from '../../state/clouds/image-management.ts';

/** What the page of an image shows. */
export interface ImageDetails {
  readonly place: Place;
  readonly image: LiveImage;
  readonly management: Management;
  /** The definition that means it: what the page calls its place, e.g. `images/ubuntu.image.jsonc:3`. */
  readonly definition?: string;
  readonly more: MoreDetails | 'loading';
}

/** What takes requests of its own. A part that could not be read is absent. */
export interface MoreDetails {
  /** Only of a shared image. */
  readonly members?: readonly ImageMember[];
  /** This image and the others of its definition, the newest first. */
  readonly versions: readonly LiveImage[];
  /** What the cloud says of properties. */
  readonly metadefs: readonly PropertyDefinition[];
}

/** A property with what the cloud says of it. */
export interface DescribedProperty {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
  readonly description?: string;
}

/** The properties of an image by the metadefs' namespaces, sorted; those that none describes are last, under `Other`. */
export function propertyGroups(
  { properties }: LiveImage,
  metadefs: readonly PropertyDefinition[],
): ReadonlyMap<string, readonly DescribedProperty[]> {
  const known = new Map(metadefs.map((each) => [each.name, each]));
  const described = Object.entries(properties)
    .filter(([name]) => !isMark(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name, value, metadef: known.get(name) }));
  const groups = Map.groupBy(described, ({ metadef }) => metadef?.namespace ?? '');
  const inOrder = [...groups].toSorted(([one], [other]) => (one === '' ? 1 : other === '' ? -1 : one < other ? -1 : 1));
  return new Map(
    inOrder.map(([namespace, members]) => [
      namespace === '' ? 'Other' : namespace,
      members.map(({ name, value, metadef }) => ({
        name,
        value,
        ...(metadef === undefined ? {} : { title: metadef.title, description: metadef.description }),
      })),
    ]),
  );
}

/** The images of one definition among these, the newest first; only the image itself where no definition made it. */
export function versionsOf(image: LiveImage, others: readonly LiveImage[]): readonly LiveImage[] {
  const key = readMarks(image)?.key;
  const same = others.filter((other) => other.id !== image.id && key !== undefined && readMarks(other)?.key === key);
  return [image, ...same].toSorted((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));
}

/** The names of the stores that hold the data; empty on a cloud with one store. */
export function storesOf({ server }: LiveImage): readonly string[] {
  const { stores } = server;
  return typeof stores === 'string' && stores !== '' ? stores.split(',').map((store) => store.trim()) : [];
}
