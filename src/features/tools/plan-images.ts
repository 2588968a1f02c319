import * as vscode from 'vscode';
import type { Definition } from '../../core/definition/definition.ts';
import { Failure } from '../../core/failure.ts';
import { describeChange, planConsequences, planSummary } from '../../core/reconcile/words/describe.ts';
import { problemReport } from '../../core/reconcile/words/report.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { definitionsAsWritten, definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';
import { signalOf } from '../../platform/prompts/progress.ts';
import { isTrusted, requireTrust } from '../../platform/trust.ts';
import { definitionGlob } from '../../platform/files/uris.ts';
import type { AppliedOrigins, AskedAddress } from '../../state/definitions/applied-origins.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { answer, textList } from './tool-answer.ts';

/** What *plan_images* needs. */
export interface PlanImagesToolOptions {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  readonly appliedOrigins: AppliedOrigins;
}

/**
 * `plan_images`: what an apply of definitions would do, without doing it. A plan asks the origins of sources, by addresses that a
 * model may have written: the chat asks first where an origin is new.
 */
export class PlanImagesTool implements vscode.LanguageModelTool<object> {
  readonly #engines: EngineAccess;
  readonly #plans: PlansStore;
  readonly #appliedOrigins: AppliedOrigins;
  /** Origins that the chat has asked about in this window. */
  readonly #shown = new Set<string>();

  constructor({ engines, plans, appliedOrigins }: PlanImagesToolOptions) {
    this.#engines = engines;
    this.#plans = plans;
    this.#appliedOrigins = appliedOrigins;
  }

  async prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): Promise<vscode.PreparedToolInvocation> {
    const files = textList(input, 'files');
    const asked = isTrusted() ? this.#appliedOrigins.newOnes(await definitionsNamed(files)) : [];
    for (const { origin } of asked) this.#shown.add(origin);
    return {
      ...(asked.length === 0 ? {} : { confirmationMessages: confirmation(asked) }),
      invocationMessage: files.length === 0 ? 'Planning the images of the workspace' : `Planning ${files.join(', ')}`,
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    requireTrust();
    const files = await Promise.all(textList(input, 'files').map(workspaceUri));
    const definitions = files.length === 0 ? await definitionsInWorkspace() : await definitionsIn(files[0], files);
    // A definition may have been written anew while the chat asked.
    const unseen = this.#appliedOrigins.newOnes(definitions).filter(({ origin }) => !this.#shown.has(origin));
    if (unseen.length > 0) {
      const origins = [...new Set(unseen.map(({ origin }) => origin))].join(', ');
      throw new Failure('source-not-confirmed', `The user has not allowed requests to ${origins} yet.`, {
        next: 'Nothing was sent. Call plan_images again, and the user is asked.',
      });
    }
    const signal = signalOf(token);
    const plans = await this.#engines.use((engine) => engine.plan(definitions, { signal }));
    this.#plans.remember(plans);
    return answer(
      { plans: plans.map(planForModel) },
      `${planSummary(plans)}. Nothing was changed. To apply plans, call apply_images with their plan_id. Plans that are blocked or have the action none can't be applied.`,
    );
  }
}

function confirmation(asked: readonly AskedAddress[]): vscode.LanguageModelToolConfirmationMessages {
  const list = asked.map(({ address }) => `- ${escapeMarkdown(address)}`).join('\n');
  const message = 'No applied definition uses these servers yet, and an address can contain your data:';
  return {
    title: 'Ask these servers for images?',
    message: new vscode.MarkdownString(`${message}\n\n${list}`),
  };
}

/** The definitions that a call means, as they are written now; a name that means nothing is for the call itself to refuse. */
async function definitionsNamed(names: readonly string[]): Promise<readonly Definition[]> {
  if (names.length === 0) return definitionsAsWritten(await vscode.workspace.findFiles(definitionGlob));
  const uris = await Promise.all(names.map((name) => workspaceUri(name).catch(() => undefined)));
  return definitionsAsWritten(uris.filter((uri) => uri !== undefined));
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
  throw new Failure('not-a-file', `"${path}" is not a file in the workspace.`, {
    next: 'Give paths of definition files relative to the workspace folder, or none for all of them.',
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
