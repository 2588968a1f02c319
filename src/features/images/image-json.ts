import type { LiveImage } from '../../core/glance/image.ts';
import { isMark } from '../../core/reconcile/ownership/marks.ts';

/**
 * An image as a JSON document: the API's own fields, then custom properties, this tool's marks and what the server adds, each
 * apart and sorted, so that two images compare line by line.
 */
export function imageAsJson(image: LiveImage): string {
  return `${JSON.stringify(fieldsOf(image), undefined, 2)}\n`;
}

/** Several images as one JSON document, a list of what `imageAsJson` writes; one image as itself. */
export function imagesAsJson(images: readonly LiveImage[]): string {
  const [only] = images;
  if (images.length === 1 && only !== undefined) return imageAsJson(only);
  return `${JSON.stringify(images.map(fieldsOf), undefined, 2)}\n`;
}

function fieldsOf(image: LiveImage): object {
  const { properties, server, ...fields } = image;
  const names = Object.keys(properties).toSorted();
  const pick = (wanted: (name: string) => boolean): Record<string, string | undefined> =>
    Object.fromEntries(names.filter(wanted).map((name) => [name, properties[name]]));
  const sorted = Object.fromEntries(Object.entries(server).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const marks = pick(isMark);
  return {
    ...fields,
    properties: pick((name) => !isMark(name)),
    ...(Object.keys(marks).length === 0 ? {} : { marks }),
    server: sorted,
  };
}
