import * as vscode from 'vscode';
import { Failure } from '../../core/failure.ts';
import { describeChange, planConsequences, planSummary } from '../../core/reconcile/describe.ts';
import { problemReport } from '../../core/reconcile/report.ts';
import type { Plan } from '../../core/reconcile/types.ts';
import { definitionsIn, definitionsInWorkspace } from '../../platform/definition-files.ts';
import type { EngineAccess } from '../../platform/engine-access.ts';
import { signalOf } from '../../platform/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { PlansStore } from '../../state/plans.ts';
import { answer, textList } from './tool-answer.ts';

/** `plan_images`: what an apply of definitions would do, without doing it. */
export class PlanImagesTool implements vscode.LanguageModelTool<object> {
  readonly #engines: EngineAccess;
  readonly #plans: PlansStore;

  constructor({ engines, plans }: { readonly engines: EngineAccess; readonly plans: PlansStore }) {
    this.#engines = engines;
    this.#plans = plans;
  }

  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation {
    const files = textList(input, 'files');
    return {
      invocationMessage:
        files.length === 0
          ? vscode.l10n.t('Planning the images of the workspace')
          : vscode.l10n.t('Planning {0}', files.join(', ')),
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    requireTrust();
    const files = await Promise.all(textList(input, 'files').map(workspaceUri));
    const definitions = files.length === 0 ? await definitionsInWorkspace() : await definitionsIn(files[0], files);
    const signal = signalOf(token);
    const plans = await this.#engines.use((engine) => engine.plan(definitions, { signal }));
    this.#plans.remember(plans);
    return answer(
      { plans: plans.map(planForModel) },
      `${planSummary(plans)}. Nothing was changed. To carry plans out, call apply_images with their plan_id; a plan that is blocked or has the action none can't be.`,
    );
  }
}

function planForModel(plan: Plan): object {
  const { id, definition, place, action, imageId, changes, problems } = plan;
  return {
    plan_id: id,
    file: vscode.workspace.asRelativePath(definition.file),
    name: definition.arguments.name,
    cloud: place.cloud,
    region: place.region,
    action,
    image_id: imageId ?? null,
    changes: changes.map(describeChange),
    consequences: planConsequences(plan),
    problems: problems.map(problemReport),
  };
}

/** A file or folder of the workspace, by its path from a workspace folder or its absolute one. Throws `not-a-file` for one outside, or that is not there. */
async function workspaceUri(path: string): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = [vscode.Uri.file(path), ...folders.map(({ uri }) => vscode.Uri.joinPath(uri, path))];
  for (const uri of candidates) {
    if (vscode.workspace.getWorkspaceFolder(uri) !== undefined && (await isThere(uri))) return uri;
  }
  throw new Failure('not-a-file', `"${path}" is no file of the workspace.`, {
    next: 'Name definition files by their path from the workspace folder, or none for all of them.',
  });
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    // Whatever keeps it from being looked at keeps it from being planned.
    return false;
  }
}
