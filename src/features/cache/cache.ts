import * as vscode from 'vscode';
import { describeBytes } from '../../core/byte-count.ts';
import type { CachedSource } from '../../core/source/url/cache-contents.ts';
import type { Commands } from '../../platform/commands.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { revealFile } from '../../platform/files/reveal-file.ts';
import { askModal } from '../../platform/prompts/questions.ts';

/** What the commands of the cache need. */
export interface CacheOptions {
  readonly commands: Commands;
  readonly engines: EngineAccess;
  readonly notifications: Notifications;
}

/** *Show Cache…* and *Clear Cache…*. */
export function registerCache({ commands, engines, notifications }: CacheOptions): void {
  commands.register('glanceImages.showCache', async () => {
    const { folder, sources } = await engines.use((engine) => engine.cache());
    if (sources.length === 0) {
      notifications.inform(`The cache is empty: ${folder}`);
      return;
    }
    const chosen = await vscode.window.showQuickPick(sources.map(item), {
      title: `Cache: ${total(sources)}`,
      placeHolder: folder,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen !== undefined) await revealFile(chosen.source.path, notifications);
  });
  commands.register('glanceImages.clearCache', async () => {
    const { folder, sources } = await engines.use((engine) => engine.cache());
    if (sources.length === 0) {
      notifications.inform(`The cache is empty: ${folder}`);
      return;
    }
    const clear = 'Clear';
    const question = `Remove ${total(sources)} from the cache? Files that are needed again will be downloaded again.`;
    if (!(await askModal({ question, detail: folder, button: clear }))) return;
    const { removed, busy } = await engines.use((engine) => engine.clearCache());
    if (busy.length === 0) notifications.inform(`Removed ${total(removed)} from the cache.`);
    else notifications.warn(`Removed ${total(removed)} from the cache; ${busy.length} are in use.`);
  });
}

function item(source: CachedSource): vscode.QuickPickItem & { readonly source: CachedSource } {
  return {
    label: source.source ?? 'Interrupted download',
    description: describeBytes(source.size),
    detail: source.fetched === undefined ? source.path : `${source.fetched}, ${source.path}`,
    source,
  };
}

function total(sources: readonly CachedSource[]): string {
  return describeBytes(sources.reduce((sum, { size }) => sum + size, 0));
}
