import { Failure } from '../../failure.ts';
import { objectsOf, stringIn } from '../text/cursor.ts';
import { applyEdits, setArgument, type TextEdit } from './edit.ts';
import { differenceOf } from './fix.ts';
import type { TextRange } from '../../problem.ts';

/** The name of an image at its position in the definition. */
export interface NamePlace {
  /** The definition's index in the file's array. */
  readonly index: number;
  readonly name: string;
  /** The text between the quotes. */
  readonly range: TextRange;
}

/**
 * The name at a place of a file, to be renamed.
 * @throws Failure `not-renamed` for anything else: a `key` stays the same for the life of a definition.
 */
export function nameAt(text: string, offset: number): NamePlace {
  for (const [index, object] of objectsOf(text).entries()) {
    for (const { key, keyRange, value } of object?.members ?? []) {
      const end = value.range.offset + value.range.length;
      if (offset < keyRange.offset || offset > end) continue;
      if (key === 'key') {
        throw new Failure(
          'not-renamed',
          'A "key" stays the same for the life of its definition. With another key, the definition means another image and leaves the current one behind. Rename "name" instead.',
        );
      }
      if (key !== 'name' || value.type !== 'string') break;
      return { index, name: value.value, range: { offset: value.range.offset + 1, length: value.range.length - 2 } };
    }
  }
  throw new Failure('not-renamed', 'Only the name of an image can be renamed. Put the cursor on "name".');
}

/**
 * The edits that rename the image of a definition. One that is known by its name alone gets a `key`, the old name, so that the
 * image is renamed and no other one is made.
 * @throws Failure `not-renamed` for a name that Glance does not take, or as `nameAt`.
 */
export function renameEdits(text: string, offset: number, newName: string): readonly TextEdit[] {
  const { index, name } = nameAt(text, offset);
  if (newName.trim() === '') throw new Failure('not-renamed', 'An image needs a name.');
  if (newName.length > 255) throw new Failure('not-renamed', 'A name has at most 255 characters.');
  if (newName === name) return [];
  const object = objectsOf(text)[index];
  const known = stringIn(object, 'key') ?? stringIn(object, 'image_id');
  const renamed = applyEdits(text, setArgument(text, index, 'name', newName));
  const keyed = known === undefined ? applyEdits(renamed, setArgument(renamed, index, 'key', name)) : renamed;
  return [differenceOf(text, keyed)];
}
