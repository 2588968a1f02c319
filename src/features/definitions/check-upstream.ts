import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { definitionsIn } from '../../platform/definition-files.ts';
import type { EngineAccess } from '../../platform/engine-access.ts';
import type { Notifications } from '../../platform/notifications.ts';
import { withCancellableProgress } from '../../platform/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import { pinnedChecksum, type UpstreamStore } from '../../state/upstream.ts';

export interface CheckUpstreamOptions {
  readonly engines: EngineAccess;
  readonly upstream: UpstreamStore;
  readonly notifications: Notifications;
}

/**
 * *Check Upstream*: compares the checksums that the definitions of a file pin with those that are published beside their sources
 * now. What moved is marked at its place, with the fix that takes it. Throws `Failure`.
 */
export async function checkUpstream(target: unknown, options: CheckUpstreamOptions): Promise<void> {
  requireTrust();
  const { t } = vscode.l10n;
  const { engines, upstream, notifications } = options;
  const pinned = (await definitionsIn(target)).filter((each) => pinnedChecksum(each) !== undefined);
  if (pinned.length === 0) {
    notifications.inform(t('No definition here pins the bytes of a URL: there is nothing to check.'));
    return;
  }
  const unknown: string[] = [];
  await withCancellableProgress(t('Checking upstream'), async (signal) => {
    for (const definition of pinned) {
      if (!(await checkOne(definition, engines, upstream, signal))) unknown.push(definition.arguments.name);
    }
  });
  const moved = pinned.filter((each) => upstream.problemsOf(each).length > 0).map((each) => each.arguments.name);
  const silent =
    unknown.length === 0 ? '' : ` ${t('No checksum of that kind is published for: {0}.', unknown.join(', '))}`;
  notifications.inform(
    (moved.length === 0 ? t('No upstream moved.') : t('Upstream moved: {0}.', moved.join(', '))) + silent,
  );
}

/** Whether its publisher says anything. */
async function checkOne(
  definition: Definition,
  engines: EngineAccess,
  upstream: UpstreamStore,
  signal: AbortSignal,
): Promise<boolean> {
  const pinned = pinnedChecksum(definition);
  if (pinned === undefined) return false;
  const { url, checksum } = pinned;
  const address = { kind: 'url', url, checksum: checksum.algorithm } as const;
  const { published } = await engines.use((engine) => engine.describeSource(address, signal));
  if (published === undefined) return false;
  upstream.note(url, published);
  return true;
}
