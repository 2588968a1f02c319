import type { Definition } from '../../core/definition/definition.ts';
import { addressOf } from '../../core/definition/source.ts';
import { isAbort, toFailure, type Failure } from '../../core/failure.ts';
import { upstreamMoved } from '../../core/reconcile/sources/bytes.ts';
import { definitionsIn } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { pinnedChecksum, type UpstreamStore } from '../../state/definitions/upstream.ts';

export interface CheckUpstreamOptions {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  readonly upstream: UpstreamStore;
  readonly log: GlanceLog;
  readonly notifications: Notifications;
}

/** What the publisher of one definition's source said. */
type Finding =
  | { readonly kind: 'same' | 'moved' | 'silent'; readonly definition: Definition }
  | { readonly kind: 'failed'; readonly definition: Definition; readonly failure: Failure };

/**
 * *Check Upstream*: whether what is at the addresses of a file's definitions is still what they mean. A definition that pins a
 * checksum is compared with the one that is published beside its source, and marked at its place, with the fix that takes the new
 * one; any other is planned, which compares ETag and followed checksum file with what its image was made from. One source that
 * can't be asked does not keep the others from being checked. Throws `Failure`.
 */
export async function checkUpstream(target: unknown, options: CheckUpstreamOptions): Promise<void> {
  requireTrust();
  const definitions = (await definitionsIn(target)).filter((each) => addressOf(each) !== undefined);
  if (definitions.length === 0) {
    options.notifications.inform('No definition here has a URL as its source, so there is nothing to check.');
    return;
  }
  const pinned = definitions.filter((each) => pinnedChecksum(each) !== undefined);
  const others = definitions.filter((each) => !pinned.includes(each));
  const findings = await withCancellableProgress('Checking upstream', async (signal) =>
    (
      await Promise.all([
        checkPlanned(others, options, signal),
        ...pinned.map((each) => checkPinned(each, options, signal)),
      ])
    ).flat(),
  );
  tell(findings, options);
}

async function checkPinned(
  definition: Definition,
  { engines, upstream }: CheckUpstreamOptions,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const checksum = pinnedChecksum(definition)?.checksum.algorithm;
    const address = { kind: 'definition', definition, ...(checksum === undefined ? {} : { checksum }) } as const;
    const { published } = await engines.use((engine) => engine.describeSource(address, signal));
    if (published === undefined) return { kind: 'silent', definition };
    upstream.note(definition, published);
    return { kind: upstream.problemsOf(definition).length > 0 ? 'moved' : 'same', definition };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { kind: 'failed', definition, failure: toFailure(error) };
  }
}

async function checkPlanned(
  definitions: readonly Definition[],
  { engines, plans: store }: CheckUpstreamOptions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (definitions.length === 0) return [];
  const plans = await engines.use((engine) => engine.plan(definitions, { signal }));
  store.remember(plans);
  return definitions.map((definition): Finding => {
    const own = plans.filter((plan) => plan.definition === definition);
    if (own.some(upstreamMoved)) return { kind: 'moved', definition };
    // Why nothing could be found out stands at its place in the file.
    return { kind: own.every(({ remote }) => remote === undefined) ? 'silent' : 'same', definition };
  });
}

function tell(findings: readonly Finding[], { log, notifications }: CheckUpstreamOptions): void {
  const named = (kind: Finding['kind']): string =>
    findings.flatMap((each) => (each.kind === kind ? [each.definition.arguments.name] : [])).join(', ');
  const [moved, silent] = [named('moved'), named('silent')];
  const failed = findings.filter((each) => each.kind === 'failed');
  for (const { failure } of failed) log.failure(failure);
  const words = [
    ...(moved === '' ? [] : [`Upstream changed: ${moved}.`]),
    ...(silent === '' ? [] : [`No answer about: ${silent}.`]),
    ...failed.map(
      ({ definition, failure }) => `${definition.arguments.name} could not be checked: ${failure.explain()}`,
    ),
  ];
  const text = words.length === 0 ? 'No upstream source has changed.' : words.join(' ');
  if (failed.length === 0) notifications.inform(text);
  else notifications.error(text);
}
