import { relative } from 'node:path';
import * as vscode from 'vscode';
import { describePlace } from '../../core/place.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import { planSummary } from '../../core/reconcile/words/describe.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import { definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { action, actionsFor } from '../../platform/prompts/failure-actions.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import type { ReadOnlyDocuments } from '../../platform/files/read-only-documents.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { RunningApplies } from '../../state/definitions/applies.ts';
import type { PlanRecord, PlansStore } from '../../state/definitions/plans.ts';
import type { Subscription } from '../../state/observable.ts';
import { definitionOfTarget, type DefinitionsHere } from '../../platform/files/open-definition.ts';
import { planMatrix, type ShownFile } from './plan-matrix.ts';
import { previewSides } from './preview-text.ts';
import { isToDo, ShownPreviews, type Preview, type ReadDefinitions } from './shown-previews.ts';

/** What *Preview Changes* needs. */
export interface PreviewOptions extends DefinitionsHere {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  readonly applies: RunningApplies;
  readonly documents: ReadOnlyDocuments;
  readonly notifications: Notifications;
  readonly commands: Commands;
  /** Carries out plans that were shown. */
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<unknown>;
}

/** What the functions below share. */
interface Shared extends PreviewOptions {
  readonly previews: ShownPreviews;
}

/**
 * *Preview Changes*: plans, and shows live and desired side by side in VS Code's own diff editor; *Apply Previewed Changes* and
 * *Refresh Preview* in its title. Changes nothing by itself.
 */
export function registerPreview(options: PreviewOptions): Subscription[] {
  const { commands, plans } = options;
  const shared = { ...options, previews: new ShownPreviews(plans) };
  const { previews } = shared;
  commands.register('glanceImages.previewDefinition', async (uri, index) => {
    requireTrust();
    return preview(shared, async () =>
      [await definitionOfTarget(uri, index, options)].filter((each) => each !== undefined),
    );
  });
  commands.register('glanceImages.previewFile', async (uri, selected) => {
    requireTrust();
    return preview(shared, (leaveOut) => definitionsIn(uri, selected, leaveOut));
  });
  commands.register('glanceImages.previewWorkspace', async () => {
    requireTrust();
    return preview(shared, definitionsInWorkspace);
  });
  commands.register('glanceImages.applyPreview', async () => {
    requireTrust();
    if (previews.active !== undefined) await applyShown(shared, previews.active);
  });
  commands.register('glanceImages.refreshPreview', async () => {
    requireTrust();
    if (previews.active !== undefined) await preview(shared, previews.active.read);
  });
  return [previews];
}

async function preview(shared: Shared, read: ReadDefinitions): Promise<readonly Plan[]> {
  const { engines, applies, plans: store, notifications } = shared;
  const leftOut: Failure[] = [];
  const definitions = await read((why) => leftOut.push(why));
  const [only] = definitions;
  if (only === undefined) return [];
  const what = definitions.length === 1 ? `"${only.arguments.name}"` : `${definitions.length} images`;
  if (definitions.length === 1 && applies.isRunning(only)) {
    notifications.inform(`${what} is being applied.`, [action('Show Transfers', 'glanceImages.showTransfers')]);
    return [];
  }
  const plans = await withCancellableProgress(`Planning ${what}`, (signal) =>
    engines.use((engine) => engine.plan(definitions, { signal })),
  );
  store.remember(plans);
  tellLeftOut(notifications, leftOut);
  if (definitions.length > 1) {
    await showMatrix(shared, plans, read);
    return plans;
  }
  tellBlocked(notifications, plans);
  const shown = plans.filter(isShown);
  if (shown.length === 0) tellEqual(notifications, what, plans);
  await show(shared, shown, read);
  return plans;
}

function tellLeftOut(notifications: Notifications, leftOut: readonly Failure[]): void {
  const [first] = leftOut;
  if (first === undefined) return;
  const what = leftOut.length === 1 ? 'a file with errors' : `${leftOut.length} files with errors`;
  notifications.warn(`The plan leaves out ${what}: ${first.message}`, [SHOW_PROBLEMS]);
}

/** Several definitions: what would be done to each in each region, as one document, and the ways on from there. */
async function showMatrix(shared: Shared, plans: readonly Plan[], read: ReadDefinitions): Promise<void> {
  const { documents, notifications, previews } = shared;
  const made = new Date();
  const shownPlan: Preview = {
    tab: 'Preview Plan.md',
    plans,
    read,
    write: (records) => {
      documents.write(['plan', 'Plan.md'], planMatrix(records, made, shownFile));
      // A preview of VS Code does not always learn of a document that changed.
      void vscode.commands.executeCommand('markdown.preview.refresh').then(undefined, () => undefined);
    },
  };
  previews.add(shownPlan);
  await vscode.commands.executeCommand('markdown.showPreview', documents.uriOf(['plan', 'Plan.md']));
  const todo = plans.filter(({ action: does }) => does !== 'none' && does !== 'blocked');
  if (todo.length === 0) {
    if (plans.some((plan) => plan.action === 'blocked')) tellBlocked(notifications, plans);
    else notifications.inform(`No changes: ${plans.length} images.`);
    return;
  }
  const differing = plans.filter(isShown);
  notifications.inform(`Planned: ${planSummary(plans)}. Nothing was sent.`, [
    { title: 'Apply This Plan', run: () => void applyShown(shared, shownPlan) },
    ...(differing.length === 0
      ? []
      : [{ title: 'Show Differences', run: () => void show(shared, differing, read).catch(told(notifications)) }]),
  ]);
}

/** Applies what a preview shows and is still to be done. */
async function applyShown(shared: Shared, shown: Preview): Promise<void> {
  const { applyPlanned, notifications, previews } = shared;
  const todo = previews.recordsOf(shown).filter(isToDo);
  await applyPlanned(todo.map(({ plan }) => plan)).catch((error: unknown) => {
    const again = (): Promise<unknown> => preview(shared, shown.read).catch(told(notifications));
    const isOutdated = Failure.is(error, 'plan-outdated');
    const actions = isOutdated ? [{ title: 'Preview Again', run: () => void again() }] : undefined;
    notifications.failed(toFailure(error), actions);
  });
}

const shownFile: ShownFile = {
  path: (file) => vscode.workspace.asRelativePath(file),
  // The preview of VS Code takes an absolute address for one in the first folder of the workspace.
  address: (file, line) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder?.uri.scheme !== 'file') return undefined;
    const within = relative(folder.uri.fsPath, file).replaceAll('\\', '/');
    return `/${within.split('/').map(encodeURIComponent).join('/')}#L${line}`;
  },
};

function told(notifications: Notifications): (error: unknown) => void {
  return (error) => notifications.failed(toFailure(error));
}

function isShown({ action: does, changes }: Plan): boolean {
  return (does === 'create' || changes.length > 0) && does !== 'none';
}

function tellEqual(notifications: Notifications, what: string, plans: readonly Plan[]): void {
  const equal = plans.filter(({ action }) => action !== 'blocked');
  if (equal.length === 0) return;
  const places = equal.map((plan) => describePlace(plan.place)).join(', ');
  const unmanaged = equal.some(({ action }) => action === 'adopt');
  notifications.inform(
    unmanaged
      ? `No changes: ${what} in ${places}. An apply only marks the image as managed.`
      : `No changes: ${what} in ${places}.`,
  );
}

const SHOW_PROBLEMS = action('Show Problems', 'workbench.actions.view.problems');

function tellBlocked(notifications: Notifications, plans: readonly Plan[]): void {
  const [first, ...others] = plans.filter((plan) => plan.action === 'blocked');
  if (first === undefined) return;
  const problem = first.problems.find(({ severity }) => severity === 'error');
  const reason = problem?.message ?? '';
  const place = describePlace(first.place);
  const { name } = first.definition.arguments;
  const message =
    others.length === 0
      ? `"${name}" in ${place} is blocked: ${reason}`
      : `"${name}" in ${place} and ${others.length} more are blocked: ${reason}`;
  // What is no error of the text stands in no list of problems.
  const actions = problem?.outside === true ? actionsFor(new Failure(problem.code, reason)) : [SHOW_PROBLEMS];
  notifications.error(message, actions);
}

async function show(shared: Shared, plans: readonly Plan[], read: ReadDefinitions): Promise<void> {
  const { previews } = shared;
  const sides = plans.map((plan) => ({ plan, ...sidesOf(shared, plan) }));
  const [only] = sides;
  if (only === undefined) return;
  for (const { plan, right, write } of sides) {
    previews.add({ tab: right.toString(), plans: [plan], read, write: ([record = { plan }]) => write(record) });
  }
  if (sides.length === 1) {
    await vscode.commands.executeCommand('vscode.diff', only.left, only.right, only.title, { preview: true });
    return;
  }
  // The documents are written by their own previews.
  previews.add({ tab: CHANGES, plans, read, write: () => undefined });
  await vscode.commands.executeCommand(
    'vscode.changes',
    CHANGES,
    sides.map(({ left, right }) => [right, left, right]),
  );
}

const CHANGES = 'Changes: cloud ↔ definition';

/** The documents of one plan. Two files may define images of one name. */
function sidesOf({ documents }: Shared, plan: Plan) {
  const { cloud, region } = plan.place;
  const { file, arguments: given } = plan.definition;
  const path = [cloud, region, vscode.workspace.asRelativePath(file), `${given.name}.image.jsonc`];
  return {
    title: `${given.name} in ${describePlace(plan.place)}: cloud ↔ definition`,
    left: documents.uriOf(path, 'live'),
    right: documents.uriOf(path, 'definition'),
    write: (record: PlanRecord): void => {
      const { left, right } = previewSides(record);
      documents.write(path, left, 'live');
      documents.write(path, right, 'definition');
    },
  };
}
