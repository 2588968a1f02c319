import type { Definition } from '../../core/definition/definition.ts';
import type { Place } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import { definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import { requireTrust } from '../../platform/trust.ts';
import { definitionOfTarget, type DefinitionsHere } from '../../platform/files/open-definition.ts';
import { Applier } from './applier.ts';
import type { ApplierDeps } from './applier.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** What the apply commands are given. */
export interface ApplyDeps extends ApplierDeps, DefinitionsHere {
  readonly commands: Commands;
}

/** The apply commands, and what other features call. */
export interface ApplyFeature {
  /** Applies a definition in one of its places only. Throws `Failure`. */
  readonly applyIn: (definition: Definition, place: Place) => Promise<readonly ApplyResult[]>;
  /** Applies only those plans of definitions for which this is true. Throws `Failure`. */
  readonly applyOnly: (
    definitions: readonly Definition[],
    only: (plan: Plan) => boolean,
  ) => Promise<readonly ApplyResult[]>;
  /** Carries out plans that were shown before, after the usual questions. Throws `Failure`. */
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>;
}

/** *Apply* for one definition, a file, a folder and the workspace. */
export function registerApply(deps: ApplyDeps): ApplyFeature {
  const { commands, applies } = deps;
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
    applyIn: (definition, { cloud, region }) =>
      applier.apply([definition], {}, { only: ({ place }) => place.cloud === cloud && place.region === region }),
    applyOnly: (definitions, only) => applier.apply(definitions, {}, { only }),
    applyPlanned: (shown) => applier.applyPlanned(shown),
  };
}
