import * as vscode from 'vscode';
import { renderPlanSides } from '../../core/reconcile/words/compare-text.ts';
import type { Definition } from '../../core/definition/definition.ts';
import { describePlace } from '../../core/place.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import { planSummary } from '../../core/reconcile/words/describe.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Commands } from '../../platform/commands.ts';
import { definitionOf, definitionsIn, definitionsInWorkspace } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { action } from '../../platform/prompts/failure-actions.ts';
import type { Notifications } from '../../platform/prompts/notifications.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import type { ReadOnlyDocuments } from '../../platform/files/read-only-documents.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';
import { planMatrix } from './plan-matrix.ts';

/** What *Preview Changes* needs. */
export interface PreviewOptions {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  readonly documents: ReadOnlyDocuments;
  readonly notifications: Notifications;
  readonly commands: Commands;
  /** Carries out plans that were shown. */
  readonly applyPlanned: (plans: readonly Plan[]) => Promise<unknown>;
}

/** *Preview Changes*: plans, and shows live and desired side by side in VS Code's own diff editor. Changes nothing. */
export function registerPreview(options: PreviewOptions): void {
  const { commands } = options;
  commands.register('glanceImages.previewDefinition', async (uri, index) => {
    requireTrust();
    return preview(options, async () => [await definitionOf(uri, index)]);
  });
  commands.register('glanceImages.previewFile', async (uri, selected) => {
    requireTrust();
    return preview(options, () => definitionsIn(uri, selected));
  });
  commands.register('glanceImages.previewWorkspace', async () => {
    requireTrust();
    return preview(options, definitionsInWorkspace);
  });
}

/** Reads the definitions that are meant, as they are now. Throws `Failure`. */
type ReadDefinitions = () => Promise<readonly Definition[]>;

async function preview(options: PreviewOptions, read: ReadDefinitions): Promise<readonly Plan[]> {
  const { engines, plans: store, notifications } = options;
  const definitions = await read();
  const [only] = definitions;
  const what =
    definitions.length === 1 && only !== undefined ? `"${only.arguments.name}"` : `${definitions.length} images`;
  const plans = await withCancellableProgress(`Planning ${what}`, (signal) =>
    engines.use((engine) => engine.plan(definitions, { signal })),
  );
  store.remember(plans);
  if (definitions.length > 1) {
    await showMatrix(options, plans, read);
    return plans;
  }
  tellBlocked(notifications, plans);
  const shown = plans.filter(isShown);
  if (shown.length === 0) tellEqual(notifications, what, plans);
  await show(options.documents, shown);
  return plans;
}

/** Several definitions: what would be done to each in each region, as one document, and the ways on from there. */
async function showMatrix(options: PreviewOptions, plans: readonly Plan[], read: ReadDefinitions): Promise<void> {
  const { documents, notifications, applyPlanned } = options;
  const relative = (file: string): string => vscode.workspace.asRelativePath(file);
  const uri = documents.write(['plan', 'Plan.md'], planMatrix(plans, new Date(), relative));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
  const todo = plans.filter(({ action: does }) => does !== 'none' && does !== 'blocked');
  if (todo.length === 0) {
    if (plans.some((plan) => plan.action === 'blocked')) tellBlocked(notifications, plans);
    else notifications.inform(`Nothing differs: ${plans.length} images.`);
    return;
  }
  const apply = async (): Promise<void> => {
    await applyPlanned(todo).catch((error: unknown) => {
      const again = (): Promise<unknown> => preview(options, read).catch(told(notifications));
      const isOutdated = Failure.is(error, 'plan-outdated');
      const actions = isOutdated ? [{ title: 'Preview Again', run: () => void again() }] : undefined;
      notifications.failed(toFailure(error), actions);
    });
  };
  const differing = plans.filter(isShown);
  notifications.inform(`Planned: ${planSummary(plans)}. Nothing was sent.`, [
    { title: 'Apply This Plan', run: () => void apply() },
    ...(differing.length === 0
      ? []
      : [{ title: 'Show Differences', run: () => void show(documents, differing).catch(told(notifications)) }]),
  ]);
}

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
      ? `Nothing differs: ${what} in ${places}. An apply only marks the image as managed.`
      : `Nothing differs: ${what} in ${places}.`,
  );
}

function tellBlocked(notifications: Notifications, plans: readonly Plan[]): void {
  const [first, ...others] = plans.filter((plan) => plan.action === 'blocked');
  if (first === undefined) return;
  const reason = first.problems.find(({ severity }) => severity === 'error')?.message ?? '';
  const place = describePlace(first.place);
  const { name } = first.definition.arguments;
  const message =
    others.length === 0
      ? `"${name}" in ${place} is blocked: ${reason}`
      : `"${name}" in ${place} and ${others.length} more are blocked: ${reason}`;
  notifications.error(message, [action('Show Problems', 'workbench.actions.view.problems')]);
}

async function show(documents: ReadOnlyDocuments, plans: readonly Plan[]): Promise<void> {
  const sides = plans.map((plan) => {
    const { cloud, region } = plan.place;
    const { name } = plan.definition.arguments;
    const { left, right } = renderPlanSides(plan);
    return {
      title: `${name} in ${describePlace(plan.place)}: cloud ↔ definition`,
      live: documents.write([cloud, region, `${name}.image.jsonc`], left, 'live'),
      desired: documents.write([cloud, region, `${name}.image.jsonc`], right, 'definition'),
    };
  });
  const [only] = sides;
  if (only === undefined) return;
  if (sides.length === 1) {
    await vscode.commands.executeCommand('vscode.diff', only.live, only.desired, only.title, { preview: true });
    return;
  }
  await vscode.commands.executeCommand(
    'vscode.changes',
    'Changes: cloud ↔ definition',
    sides.map(({ live, desired }) => [desired, live, desired]),
  );
}
