import { definitionKey, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { readMarks, type SentMark } from '../ownership/marks.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { Plan } from '../model/plan.ts';

/**
 * Whether a plan to create may really be a rename: without `key` and `image_id`, a new name means a new image. The source is
 * not read just to find out.
 */
export function mayBeRenamed({ action, definition, source }: Plan): boolean {
  const { key, image_id: imageId } = definition.arguments;
  return action === 'create' && key === undefined && imageId === undefined && source?.digests?.sha512 !== undefined;
}

/**
 * Offers *rename instead* for a plan to create, if this tool made an image with the same bytes that no definition claims.
 *
 * @param images of the project, e.g. all that are not hidden
 * @param definitions all that are planned together
 */
export function offerRename(plan: Plan, images: readonly LiveImage[], definitions: readonly Definition[]): Plan {
  if (!mayBeRenamed(plan)) return plan;
  const claimed = new Set(definitions.map(definitionKey));
  const left = images.flatMap((image) => {
    const marks = readMarks(image);
    const ours = marks !== undefined && marks.replacedBy === undefined && marks.state === undefined;
    return ours && !claimed.has(marks.key) && hasBytes(marks.sent, plan) ? [{ image, key: marks.key }] : [];
  });
  const [only] = left;
  if (only === undefined || left.length > 1) return plan;
  const { image, key } = only;
  const text = `The image "${image.name ?? image.id}" (${image.id}) has the same bytes and no definition. If you renamed this definition, add "key": ${JSON.stringify(key)} to rename that image instead of creating another one.`;
  const offer = problemAt(plan.definition, 'information', 'rename-instead', text);
  const fixes = [{ kind: 'set-argument', argument: 'key', value: key } as const];
  return { ...plan, problems: [...plan.problems, { ...offer, fixes }] };
}

function hasBytes(sent: SentMark | undefined, { source }: Plan): boolean {
  return sent?.sha512 !== undefined && sent.size === source?.size && sent.sha512 === source?.digests?.sha512;
}
