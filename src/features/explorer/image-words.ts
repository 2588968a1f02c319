import type { LiveImage } from '../../core/glance/image.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import type { Management } from '../../state/clouds/image-management.ts';
import { sizeInWords } from '../../core/byte-count.ts';

/** The name, or words that stand in for a missing one. */
export function imageLabel(image: LiveImage): string {
  return image.name === null || image.name === '' ? '(no name)' : image.name;
}

/** What stands after the name, e.g. `qcow2 · 597 MiB · public · managed`. */
export function imageDescription(image: LiveImage, management: Management): string {
  const words = [
    image.status === 'active' ? undefined : image.status,
    image.disk_format ?? undefined,
    image.size === null ? undefined : sizeInWords(image.size),
    image.visibility,
    image.protected ? 'protected' : undefined,
    image.os_hidden ? 'hidden' : undefined,
    managementInWords(management),
  ];
  return words.filter((word) => word !== undefined).join(' · ');
}

/** For screen readers: the same in a sentence. */
export function imageInWords(image: LiveImage, management: Management): string {
  return `Image ${imageLabel(image)}, ${image.status}, ${imageDescription(image, management).replaceAll(' · ', ', ')}`;
}

/** What definitions say of an image, in a word or two; nothing for one that no definition made. */
function managementInWords(management: Management): string | undefined {
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

/** What menus ask for: a set of words between semicolons. */
export function imageContext(image: LiveImage, management: Management): string {
  const words = ['image', image.status, image.visibility];
  if (image.protected) words.push('protected');
  else words.push('deletable');
  if (image.os_hidden) words.push('hidden');
  if (management.kind !== 'unmanaged') words.push('managed');
  if (management.kind === 'unclaimed' || management.kind === 'differs') words.push(management.kind);
  return contextSet(words);
}

/** `;a;b;`, so that `/;a;/` matches a whole word. */
export function contextSet(words: readonly string[]): string {
  return `;${words.join(';')};`;
}

/** Everything about an image, as Markdown that can hold no link and no HTML of the cloud's. */
export function imageTooltip(image: LiveImage, management: Management): string {
  const bytes = (value: number | null): string | undefined =>
    value === null ? undefined : `${sizeInWords(value)} (${value} B)`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['ID', image.id],
    ['Status', image.status],
    ['Visibility', image.visibility],
    ['Format', [image.disk_format, image.container_format].filter((format) => format !== null).join(' / ')],
    ['Size', bytes(image.size)],
    ['Virtual size', bytes(image.virtual_size)],
    ['MD5', image.checksum ?? undefined],
    [image.os_hash_algo ?? '', image.os_hash_value ?? undefined],
    ['Minimum disk', image.min_disk === 0 ? undefined : `${image.min_disk} GiB`],
    ['Minimum RAM', image.min_ram === 0 ? undefined : `${image.min_ram} MiB`],
    ['Tags', image.tags.length === 0 ? undefined : image.tags.join(', ')],
    ['Owner', image.owner ?? undefined],
    ['Updated', image.updated_at],
    ['Managed as', management.kind === 'unmanaged' ? undefined : management.key],
    ['Last plan', management.kind === 'managed' ? undefined : managementInWords(management)],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`| ${escapeMarkdown(name)} | ${escapeMarkdown(shortened(value))} |`],
  );
  return `**${escapeMarkdown(imageLabel(image))}**\n\n| | |\n|---|---|\n${lines.join('\n')}`;
}

/** A SHA-512 would make the tooltip twice as wide; *Show Image* has all of it. */
function shortened(value: string): string {
  return value.length > 72 ? `${value.slice(0, 32)}…${value.slice(-8)}` : value;
}
