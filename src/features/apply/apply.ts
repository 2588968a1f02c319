import type { Definition } from '../../core/definition/definition.ts';
import type { Place } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/context-keys.ts';
import { definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { RunningApplies } from '../../state/definitions/applies.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { definitionOfTarget, type DefinitionsHere } from '../../platform/files/open-definition.ts';
import { Applier } from './applier.ts';
import type { ApplierDeps } from './applier.ts';
import { followRuns } from './follow-runs.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** What the apply commands are given. */
export interface ApplyDeps extends ApplierDeps, DefinitionsHere {
  readonly commands: Commands;
}

/** The apply commands, and what other features call. */
export interface ApplyFeature {
  readonly disposables: { dispose(): void }[];
  /** Cancels the apply of this plan; its other regions go on. Returns whether it was running. */
  readonly cancel: (planId: string) => boolean;
  /** Applies a definition in one of its places only. Throws `Failure`. */
  readonly applyIn: (definition: Definition, place: Place) => Promise<readonly ApplyResult[]>;
  /** Carries out plans that were shown before, after the usual questions. Throws `Failure`. */
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>;
}

/** *Apply* for one definition, a file, a folder and the workspace. */
export function registerApply(deps: ApplyDeps): ApplyFeature {
  const { commands, applies, plans } = deps;
  const applier = new Applier(deps);
  commands.register('glanceImages.applyDefinition', async (uri, index) => {
    requireTrust();
    const definition = await definitionOfTarget(uri, index, deps);
    return definition === undefined ? [] : applier.apply([definition]);
  });
  const applyAll = (definitions: readonly Definition[]): Promise<readonly ApplyResult[]> =>
    applier.apply(definitions, {}, { choose: definitions.length > 1 });
  commands.register('glanceImages.applyFile', async (uri, selected) => {
    requireTrust();
    return applyAll(await definitionsIn(uri, selected));
  });
  commands.register('glanceImages.applyWorkspace', async () => {
    requireTrust();
    return applyAll(await definitionsInWorkspace());
  });
  commands.register('glanceImages.cancelApply', (definition) => {
    if (typeof definition === 'string') applies.cancelDefinition(definition);
    else for (const apply of applies.running) apply.cancel();
  });
  return {
    disposables: [
      applies.onDidChange((running) => setContextKey('glanceImages.applying', running)),
      followRuns(deps),
      { dispose: () => applies.dispose() },
    ],
    cancel: (planId) => cancelPlan(applies, plans, planId),
    applyIn: (definition, { cloud, region }) =>
      applier.apply([definition], {}, { only: ({ place }) => place.cloud === cloud && place.region === region }),
    applyPlanned: (shown) => applier.applyPlanned(shown),
  };
}

function cancelPlan(applies: RunningApplies, plans: PlansStore, planId: string): boolean {
  const record = plans.find(planId);
  return record !== undefined && applies.cancel(record.plan);
}
