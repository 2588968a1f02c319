import { ATTRIBUTES } from '../../definition/attributes.ts';
import { Failure } from '../../failure.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { NewImage, PatchOperation } from '../../glance/service.ts';
import { isMark, markProperties, type Marks } from '../ownership/marks.ts';
import type { Change } from '../model/plan.ts';

const ATTRIBUTE_OF: ReadonlyMap<string, string> = new Map(
  ATTRIBUTES.map(({ argument, attribute }) => [argument, attribute]),
);

/** The JSON Patch for these changes. Changes of data are no part of it. */
export function changeOperations(changes: readonly Change[]): readonly PatchOperation[] {
  return changes.flatMap((change): PatchOperation[] => {
    if (change.path.startsWith('properties/')) {
      const path = change.path.slice('properties/'.length);
      return [change.after === undefined ? { op: 'remove', path } : { op: 'add', path, value: change.after }];
    }
    const attribute = ATTRIBUTE_OF.get(change.path);
    return attribute === undefined ? [] : [{ op: 'replace', path: attribute, value: change.after }];
  });
}

/** The JSON Patch that writes exactly these marks. Marks that the image has already are not sent again. */
export function markOperations(live: LiveImage, marks: Marks): readonly PatchOperation[] {
  const wanted = markProperties(live.id, marks);
  const writes = Object.entries(wanted)
    .filter(([path, value]) => live.properties[path] !== value)
    .map(([path, value]): PatchOperation => ({ op: 'add', path, value }));
  const removes = Object.keys(live.properties)
    .filter((path) => isMark(path) && !Object.hasOwn(wanted, path))
    .map((path): PatchOperation => ({ op: 'remove', path }));
  return [...writes, ...removes];
}

/**
 * Compares an answer with what was asked. Glance answers 200 to some changes and drops them: names that collide with
 * its own attributes, and properties that an operator protects. Throws `not-applied`.
 */
export function checkApplied(answer: LiveImage, operations: readonly PatchOperation[], requestId: string): void {
  const missed = operations.filter((operation) => !isApplied(answer, operation)).map(({ path }) => path);
  if (missed.length > 0) throw notApplied('change', answer, missed, requestId);
}

/** The same for a new image. */
export function checkCreated(answer: LiveImage, { properties, ...attributes }: NewImage, requestId: string): void {
  const asked = Object.entries({ ...attributes, ...properties });
  const missed = asked.filter(([path, value]) => !isApplied(answer, { op: 'add', path, value })).map(([path]) => path);
  if (missed.length > 0) throw notApplied('making', answer, missed, requestId);
}

function notApplied(what: string, { id }: LiveImage, missed: readonly string[], requestId: string): Failure {
  const names = missed.map((path) => `"${path}"`).join(', ');
  return new Failure('not-applied', `Glance accepted the ${what} of the image ${id} but did not carry out ${names}.`, {
    requestId,
    next: 'The cloud may protect these properties; ask its operator, or remove them from the definition.',
  });
}

/** Whether an image has what an operation asks for. */
export function isApplied(answer: LiveImage, operation: PatchOperation): boolean {
  const now = valueOf(answer, operation.path);
  if (operation.op === 'remove') return now === undefined;
  if (Array.isArray(operation.value) && Array.isArray(now)) {
    return new Set<unknown>(operation.value).size === now.length && operation.value.every((tag) => now.includes(tag));
  }
  return now === operation.value;
}

function valueOf(image: LiveImage, path: string): unknown {
  if (path !== 'properties' && path !== 'server' && Object.hasOwn(image, path)) return Reflect.get(image, path);
  return Object.hasOwn(image.properties, path) ? image.properties[path] : undefined;
}
