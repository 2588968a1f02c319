import type { LiveImage } from '../../core/glance/image.ts';
import type { Management } from './image-management.ts';

/** The name, or words that stand in for a missing one. */
export function imageLabel(image: LiveImage): string {
  return image.name === null || image.name === '' ? '(no name)' : image.name;
}

/** What definitions say of an image, in a word or two; nothing for one that no definition made. */
export function managementInWords(management: Management): string | undefined {
  switch (management.kind) {
    case 'unmanaged':
      return undefined;
    case 'managed':
      return 'managed';
    case 'equal':
      return 'managed, no changes';
    case 'differs':
      if (management.replace) return 'differs: to be replaced';
      return management.changes === 1 ? 'differs: 1 change' : `differs: ${management.changes} changes`;
    case 'unclaimed':
      return 'managed, no definition here';
  }
}
