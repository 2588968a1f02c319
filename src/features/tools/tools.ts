import * as vscode from 'vscode';
import type { Failure } from '../../core/failure.ts';
import { toFailure } from '../../core/failure.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { Later } from '../../platform/later.ts';
import type { GlanceLog } from '../../platform/log.ts';
import type { AppliedOrigins } from '../../state/definitions/applied-origins.ts';
import type { Subscription } from '../../state/observable.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
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

/** A tool as all of ours are. */
type Tool = Required<vscode.LanguageModelTool<object>>;

/** The tools of package.json's `languageModelTools`. What they do is what the commands do, with the same questions. Each is loaded when a model asks for it. */
export function registerTools(options: ToolsOptions): Subscription[] {
  const tool = (name: string, load: () => Promise<Tool>): Subscription =>
    vscode.lm.registerTool(name, explained(new Later(load), options.log));
  return [
    tool('list_images', async () => new (await import('./list-images.ts')).ListImagesTool(options)),
    tool('plan_images', async () => new (await import('./plan-images.ts')).PlanImagesTool(options)),
    tool('apply_images', async () => new (await import('./apply-images.ts')).ApplyImagesTool(options)),
  ];
}

/** A failure reaches the log, and the model with what to do next. */
function explained(tool: Later<Tool>, log: GlanceLog): Tool {
  return {
    prepareInvocation: async (options, token) => (await tool.get()).prepareInvocation(options, token),
    invoke: async (options, token) => {
      try {
        return await (await tool.get()).invoke(options, token);
      } catch (error) {
        const failure: Failure = toFailure(error);
        log.failure(failure);
        throw new Error(`${failure.explain()} [${failure.code}]`, { cause: error });
      }
    },
  };
}
