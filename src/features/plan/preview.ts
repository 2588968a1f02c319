import * as vscode from 'vscode';
import { describePlace, type Place } from '../../core/place.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import { planSummary } from '../../core/reconcile/words/describe.ts';
import type { Definition } from '../../core/definition/definition.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { fileUri } from '../../platform/files/uris.ts';
import type { Commands } from '../../platform/commands.ts';
import { definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { action, actionsFor } from '../../platform/prompts/failure-actions.ts';
import { inOneLine } from '../../platform/prompts/one-line.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import type { ReadOnlyDocuments } from '../../platform/files/read-only-documents.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { RunningApplies } from '../../state/definitions/applies.ts';
import type { PlanRecord, PlansStore } from '../../state/definitions/plans.ts';
import type { Subscription } from '../../state/observable.ts';
import { definitionOfTarget, type DefinitionsHere } from '../../platform/files/open-definition.ts';
import { hasDifferences } from './plan-page.ts';
import { PLAN_TAB, PlanPanel, type Planned } from './plan-panel.ts';
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
  /** Shows a live image. Throws `Failure`. */
  readonly showImage: (place: Place, id: string) => Promise<void>;
  readonly extensionUri: vscode.Uri;
}

/** Previews, for those who plan. */
export interface PreviewFeature {
  readonly disposables: readonly Subscription[];
  /** Shows plans as the page of a plan. `read`: how the definitions are read again. */
  readonly showPlans: (plans: readonly Plan[], read: ReadDefinitions) => unknown;
}

/** What the functions below share. */
interface Shared extends PreviewOptions {
  readonly previews: ShownPreviews;
  readonly panel: PlanPanel;
}

/**
 * *Preview Changes*: plans, and shows live and desired side by side in VS Code's own diff editor; *Apply Previewed Changes* and
 * *Refresh Preview* in its title. Changes nothing by itself.
 */
export function registerPreview(options: PreviewOptions): PreviewFeature {
  const { commands, plans } = options;
  const panel = new PlanPanel(options.extensionUri);
  const shared = { ...options, previews: new ShownPreviews(plans), panel };
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
  commands.register('glanceImages.showPlanned', (planId, what) => showPlanned(shared, planId, what));
  return {
    disposables: [previews, panel],
    showPlans: (shown, read) => showPage(shared, shown, read),
  };
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
    showMatrix(shared, plans, read);
    return plans;
  }
  tellBlocked(notifications, plans);
  const shown = plans.filter(hasDifferences);
  if (shown.length === 0) tellEqual(notifications, what, plans);
  await show(shared, shown, read);
  return plans;
}

function tellLeftOut(notifications: Notifications, leftOut: readonly Failure[]): void {
  const [first] = leftOut;
  if (first === undefined) return;
  const what = leftOut.length === 1 ? 'a file with errors' : `${leftOut.length} files with errors`;
  notifications.warn(`The plan leaves out ${what}: ${inOneLine(first.message)}`, [SHOW_PROBLEMS]);
}

/** Several definitions: what would be done to each in each region, on one page, and the ways on from there. */
function showMatrix(shared: Shared, plans: readonly Plan[], read: ReadDefinitions): void {
  const { notifications } = shared;
  const shownPlan = showPage(shared, plans, read);
  const todo = plans.filter(({ action: does }) => does !== 'none' && does !== 'blocked');
  if (todo.length === 0) {
    if (plans.some((plan) => plan.action === 'blocked')) tellBlocked(notifications, plans);
    else notifications.inform(`No changes: ${plans.length} images.`);
    return;
  }
  const differing = plans.filter(hasDifferences);
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

function showPage({ panel, previews }: Shared, plans: readonly Plan[], read: ReadDefinitions): Preview {
  const made = new Date();
  const shown: Preview = { tab: PLAN_TAB, plans, read, write: (records) => panel.write(records, made) };
  panel.open();
  previews.add(shown);
  return shown;
}

/** What a link of the plan's page leads to: the definition, the differences of its image in one region, or the live image. */
async function showPlanned(shared: Shared, planId: unknown, what: unknown): Promise<void> {
  const { plans, previews, showImage } = shared;
  const plan = typeof planId === 'string' ? plans.find(planId)?.plan : undefined;
  if (plan === undefined) {
    throw new Failure('plan-outdated', 'This plan is no longer the last one.', { next: 'Preview the changes again.' });
  }
  if (what === ('definition' satisfies Planned)) await showDefinition(plan.definition);
  else if (what === ('image' satisfies Planned) && plan.live !== undefined) await showImage(plan.place, plan.live.id);
  else await show(shared, [plan], previews.find(PLAN_TAB)?.read ?? (() => Promise.resolve([plan.definition])));
}

async function showDefinition({ file, line }: Definition): Promise<void> {
  const document = await vscode.workspace.openTextDocument(fileUri(file));
  const start = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
}

function told(notifications: Notifications): (error: unknown) => void {
  return (error) => notifications.failed(toFailure(error));
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
  const more = others.length === 0 ? '' : ` (${others.length} more blocked)`;
  const message = `"${first.definition.arguments.name}" in ${describePlace(first.place)} is blocked: ${inOneLine(reason)}${more}`;
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
