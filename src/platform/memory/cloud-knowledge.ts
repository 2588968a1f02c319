import { isAbort, toFailure } from '../../core/failure.ts';
import { CloudKnowledge } from '../../state/clouds/cloud-knowledge.ts';
import { systemClock } from '../../state/clock.ts';
import type { Subscription } from '../../state/observable.ts';
import type { EngineAccess } from '../engine/engine-access.ts';
import type { GlanceLog } from '../log.ts';
import { requireTrust } from '../trust.ts';

/** What the clouds of this window said of themselves; nothing in an untrusted workspace, whose files would choose who is asked. */
export function createCloudKnowledge(
  engines: EngineAccess,
  log: GlanceLog,
): { readonly knowledge: CloudKnowledge; readonly disposables: readonly Subscription[] } {
  const knowledge = new CloudKnowledge(
    async ({ cloud, region, file }) => {
      requireTrust();
      return engines.use((engine) => engine.cloudFacts(cloud, region, file));
    },
    (error) => {
      if (!isAbort(error)) log.info(`No completion from the cloud: ${toFailure(error).explain()}`);
    },
    systemClock,
  );
  return { knowledge, disposables: [engines.onDidChange(() => knowledge.forget()), knowledge] };
}
