import type { LiveImage } from '../../core/glance/image.ts';
import { isMark } from '../../core/reconcile/marks.ts';

/**
 * An image as a JSON document: the API's own fields, then custom properties, this tool's marks and what the server adds, each
 * apart and sorted, so that two images compare line by line.
 */
export function imageAsJson(image: LiveImage): string {
  const { properties, server, ...fields } = image;
  const names = Object.keys(properties).toSorted();
  const pick = (wanted: (name: string) => boolean): Record<string, string | undefined> =>
    Object.fromEntries(names.filter(wanted).map((name) => [name, properties[name]]));
  const sorted = Object.fromEntries(Object.entries(server).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const marks = pick(isMark);
  return `${JSON.stringify(
    {
      ...fields,
      properties: pick((name) => !isMark(name)),
      ...(Object.keys(marks).length === 0 ? {} : { marks }),
      server: sorted,
    },
    undefined,
    2,
  )}\n`;
}
