import * as vscode from 'vscode';
import type { Failure } from '../../core/failure.ts';
import { toFailure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { AppliedOrigins } from '../../state/definitions/applied-origins.ts';
import type { Subscription } from '../../state/observable.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { ApplyImagesTool } from './apply-images.ts';
import { ListImagesTool } from './list-images.ts';
import { PlanImagesTool } from './plan-images.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** What the language-model tools need. */
export interface ToolsOptions {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  readonly appliedOrigins: AppliedOrigins;
  readonly log: GlanceLog;
  /** Carries out plans that were shown, after the same questions as every apply. */
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>;
}

/** The tools of package.json's `languageModelTools`. What they do is what the commands do, with the same questions. */
export function registerTools(options: ToolsOptions): Subscription[] {
  const { log } = options;
  return [
    vscode.lm.registerTool('list_images', explained(new ListImagesTool(options), log)),
    vscode.lm.registerTool('plan_images', explained(new PlanImagesTool(options), log)),
    vscode.lm.registerTool('apply_images', explained(new ApplyImagesTool(options), log)),
  ];
}

/** A failure reaches the log, and the model with what to do next. */
function explained<T>(tool: vscode.LanguageModelTool<T>, log: GlanceLog): vscode.LanguageModelTool<T> {
  return {
    ...(tool.prepareInvocation === undefined
      ? {}
      : { prepareInvocation: (options, token) => tool.prepareInvocation?.(options, token) }),
    invoke: async (options, token) => {
      try {
        return await tool.invoke(options, token);
      } catch (error) {
        const failure: Failure = toFailure(error);
        log.failure(failure);
        throw new Error(`${failure.explain()} [${failure.code}]`, { cause: error });
      }
    },
  };
}
