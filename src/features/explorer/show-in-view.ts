import * as vscode from 'vscode';
import type { LiveImage } from '../../core/glance/image.ts';
import { Failure } from '../../core/failure.ts';
import { describePlace } from '../../core/place.ts';
import type { Place } from '../../core/place.ts';
import { definitionOf } from '../../platform/files/definition-files.ts';
import type { EngineAccess } from '../../platform/engine/engine-access.ts';
import { withCancellableProgress } from '../../platform/prompts/progress.ts';
import { requireTrust } from '../../platform/trust.ts';
import type { PlansStore } from '../../state/definitions/plans.ts';

/** What *Show in Glance View* needs. */
export interface ShowInViewOptions {
  readonly engines: EngineAccess;
  readonly plans: PlansStore;
  /** Brings the row of an image into sight; false where its region is not in the view. */
  readonly focus: (place: Place, image: LiveImage) => Promise<boolean>;
}

interface Found {
  readonly place: Place;
  readonly image: LiveImage;
}

/** *Show in Glance View*: from a definition to the image that it means. What the last plan found is believed; without one, a plan is made. */
export async function showInView(options: ShowInViewOptions, uri: unknown, index: unknown): Promise<void> {
  requireTrust();
  const definition = await definitionOf(uri, index);
  const { name } = definition.arguments;
  const { engines, plans } = options;
  const known = plans.stateOf(definition);
  if (known.kind !== 'planned' || known.records.some(({ since }) => since !== undefined)) {
    const made = await withCancellableProgress(`Planning "${name}"`, (signal) =>
      engines.use((engine) => engine.plan([definition], { signal })),
    );
    plans.remember(made);
  }
  const state = plans.stateOf(definition);
  const records = state.kind === 'planned' ? state.records : [];
  const found = records.flatMap(({ plan, result }): Found[] => {
    const image = result?.live ?? plan.live;
    return image === undefined ? [] : [{ place: plan.place, image }];
  });
  const chosen = found.length > 1 ? await pickPlaceOf(found) : found[0];
  if (found.length === 0) {
    throw new Failure('image-not-found', `"${name}" has no image yet.`, { next: 'Apply the definition to create it.' });
  }
  if (chosen === undefined) return;
  if (await options.focus(chosen.place, chosen.image)) return;
  throw new Failure('no-region', `The Glance view does not show ${describePlace(chosen.place)}.`, {
    next: 'The cloud may come from a clouds.yaml that is found only from the folder of the definition.',
  });
}

async function pickPlaceOf(found: readonly Found[]): Promise<Found | undefined> {
  const chosen = await vscode.window.showQuickPick(
    found.map((each) => ({ label: describePlace(each.place), description: each.image.id, each })),
    { title: 'Region' },
  );
  return chosen?.each;
}
