import type { Definition, OnReplace } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import type { Problem } from '../../problem.ts';
import { problemAt } from '../../definition/problem-at.ts';

/** What becomes of the image that an apply of this definition replaces. */
export function onReplaceOf(definition: Definition): OnReplace {
  return definition.arguments.on_replace ?? 'hide';
}

/** Whether an apply may unprotect an image to delete it: only if the definition says `"protected": false`. */
export function mayUnprotect(definition: Definition): boolean {
  return definition.arguments.protected === false;
}

/** Warns if the replaced image can't be deleted as the definition asks. */
export function predecessorProblems(definition: Definition, live: LiveImage): readonly Problem[] {
  if (onReplaceOf(definition) !== 'delete' || !live.protected || mayUnprotect(definition)) return [];
  const text = `The image ${live.id} is protected, so that it will be hidden and kept once it is replaced. Write "protected": false to have it deleted.`;
  return [problemAt(definition, 'warning', 'predecessor-protected', text, 'on_replace')];
}
