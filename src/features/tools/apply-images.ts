import * as vscode from 'vscode';
import { Failure } from '../../core/failure.ts';
import { planConsequences, planHeadline, resultSummary } from '../../core/reconcile/words/describe.ts';
import { reachesOf } from '../../core/reconcile/planning/problems/reach-problems.ts';
import { applyReport } from '../../core/reconcile/words/report.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { answer, textList } from './tool-answer.ts';
import type { ApplyResult } from '../../core/reconcile/model/result.ts';

/** What *apply_images* needs. */
export interface ApplyImagesToolOptions {
  readonly plans: PlansStore;
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>;
}

/** `apply_images`: carries out plans that `plan_images` made. The chat asks; what replaces or exposes an image is asked in our own modal too. */
export class ApplyImagesTool implements vscode.LanguageModelTool<object> {
  readonly #options: ApplyImagesToolOptions;

  constructor(options: ApplyImagesToolOptions) {
    this.#options = options;
  }

  /** Only reads what was planned. */
  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation {
    const plans = textList(input, 'plan_ids').flatMap((id) => this.#options.plans.find(id)?.plan ?? []);
    const lines = plans.flatMap((plan) => [
      `- ${escapeMarkdown(planHeadline(plan))}`,
      ...[...planConsequences(plan), ...reachesOf(plan)].map((line) => `  - ${escapeMarkdown(line)}`),
    ]);
    return {
      invocationMessage: `Applying ${plans.length} plans`,
      confirmationMessages: {
        title: 'Apply image definitions?',
        message: new vscode.MarkdownString(
          lines.length === 0 ? 'None of these plans exists. Nothing will be changed.' : lines.join('\n'),
        ),
      },
    };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<object>): Promise<vscode.LanguageModelToolResult> {
    requireTrust();
    const ids = textList(input, 'plan_ids');
    const records = ids.map((id) => this.#options.plans.find(id));
    if (ids.length === 0 || records.some((record) => record === undefined || record.result !== undefined)) {
      throw new Failure('plan-outdated', 'Not all of these plans are waiting to be applied.', {
        next: 'Nothing was changed. Call plan_images and use the plan_id of its answer.',
      });
    }
    const plans = records.flatMap((record) => record?.plan ?? []);
    const blocked = plans.find(({ action }) => action === 'blocked');
    if (blocked !== undefined) {
      throw new Failure('plan-blocked', `${planHeadline(blocked)}.`, {
        next: 'Nothing was changed. Fix the problems of the plan and call plan_images again.',
      });
    }
    const results = await this.#options.applyPlanned(plans);
    const summary =
      results.length === 0 ? 'Nothing was changed: the user declined, or there are no changes' : resultSummary(results);
    return answer(applyReport(results), `${summary}.`);
  }
}
