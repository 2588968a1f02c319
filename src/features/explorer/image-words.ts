import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { sizeInWords } from '../../platform/sizes.ts';
import type { Standing } from '../../state/clouds/image-standing.ts';

/** The name, or words that stand in for a missing one. */
export function imageLabel(image: LiveImage): string {
  return image.name === null || image.name === '' ? vscode.l10n.t('(no name)') : image.name;
}

/** What stands after the name, e.g. `qcow2 · 597 MiB · public · managed`. */
export function imageDescription(image: LiveImage, standing: Standing): string {
  const words = [
    image.status === 'active' ? undefined : image.status,
    image.disk_format ?? undefined,
    image.size === null ? undefined : sizeInWords(image.size),
    image.visibility,
    image.protected ? vscode.l10n.t('protected') : undefined,
    image.os_hidden ? vscode.l10n.t('hidden') : undefined,
    standingInWords(standing),
  ];
  return words.filter((word) => word !== undefined).join(' · ');
}

/** For screen readers: the same in a sentence. */
export function imageInWords(image: LiveImage, standing: Standing): string {
  return vscode.l10n.t(
    'Image {0}, {1}, {2}',
    imageLabel(image),
    image.status,
    imageDescription(image, standing).replaceAll(' · ', ', '),
  );
}

/** How an image stands to definitions, in a word or two; nothing for one that no definition made. */
function standingInWords(standing: Standing): string | undefined {
  const { t } = vscode.l10n;
  switch (standing.kind) {
    case 'unmanaged':
      return undefined;
    case 'managed':
      return t('managed');
    case 'equal':
      return t('managed, nothing differs');
    case 'differs':
      if (standing.replace) return t('differs: to be replaced');
      return standing.changes === 1 ? t('differs: 1 change') : t('differs: {0} changes', standing.changes);
    case 'unclaimed':
      return t('managed, no definition here');
  }
}

const statusIcons: Readonly<Record<string, string>> = {
  queued: 'clock',
  saving: 'cloud-upload',
  uploading: 'cloud-upload',
  importing: 'cloud-download',
  killed: 'error',
  deactivated: 'circle-slash',
  deleted: 'trash',
  pending_delete: 'trash',
};

const visibilityIcons: Readonly<Record<string, string>> = {
  public: 'globe',
  community: 'organization',
  shared: 'live-share',
  private: 'lock',
};

/** The status where it is anything but active, else the visibility. */
export function imageIcon(image: LiveImage): vscode.ThemeIcon {
  const failed = image.status === 'killed' ? new vscode.ThemeColor('list.errorForeground') : undefined;
  const icon = image.status === 'active' ? visibilityIcons[image.visibility] : statusIcons[image.status];
  return new vscode.ThemeIcon(icon ?? 'question', failed);
}

/** What menus ask for: a set of words between semicolons. */
export function imageContext(image: LiveImage, standing: Standing): string {
  const words = ['image', image.status, image.visibility];
  if (image.protected) words.push('protected');
  else words.push('deletable');
  if (image.os_hidden) words.push('hidden');
  if (standing.kind !== 'unmanaged') words.push('managed');
  if (standing.kind === 'unclaimed' || standing.kind === 'differs') words.push(standing.kind);
  return contextSet(words);
}

/** `;a;b;`, so that `/;a;/` matches a whole word. */
export function contextSet(words: readonly string[]): string {
  return `;${words.join(';')};`;
}

/** Everything about an image, as Markdown that can hold no link and no HTML of the cloud's. */
export function imageTooltip(image: LiveImage, standing: Standing): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const bytes = (value: number | null): string | undefined =>
    value === null ? undefined : `${sizeInWords(value)} (${value} B)`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('ID'), image.id],
    [t('Status'), image.status],
    [t('Visibility'), image.visibility],
    [t('Format'), [image.disk_format, image.container_format].filter((format) => format !== null).join(' / ')],
    [t('Size'), bytes(image.size)],
    [t('Virtual size'), bytes(image.virtual_size)],
    ['MD5', image.checksum ?? undefined],
    [image.os_hash_algo ?? '', image.os_hash_value ?? undefined],
    [t('Minimum disk'), image.min_disk === 0 ? undefined : `${image.min_disk} GiB`],
    [t('Minimum RAM'), image.min_ram === 0 ? undefined : `${image.min_ram} MiB`],
    [t('Tags'), image.tags.length === 0 ? undefined : image.tags.join(', ')],
    [t('Owner'), image.owner ?? undefined],
    [t('Updated'), image.updated_at],
    [t('Managed as'), standing.kind === 'unmanaged' ? undefined : standing.key],
    [t('Last plan'), standing.kind === 'managed' ? undefined : standingInWords(standing)],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`| ${escapeMarkdown(name)} | ${escapeMarkdown(shortened(value))} |`],
  );
  return new vscode.MarkdownString(`**${escapeMarkdown(imageLabel(image))}**\n\n| | |\n|---|---|\n${lines.join('\n')}`);
}

/** A SHA-512 would make the tooltip twice as wide; *Show Image* has all of it. */
function shortened(value: string): string {
  return value.length > 72 ? `${value.slice(0, 32)}…${value.slice(-8)}` : value;
}
