import * as vscode from 'vscode';
import { Failure, isAbort, toFailure } from '../../core/failure.ts';
import { isImageId, type LiveImage } from '../../core/glance/image.ts';
import { describePlace, type Place } from '../../core/place.ts';
import type { EngineAccess } from '../engine/engine-access.ts';
import { plainLabel } from './plain-message.ts';
import { withCancellableProgress } from './progress.ts';

/** An image and where it lives. */
export interface ImageAt {
  readonly place: Place;
  readonly id: string;
  /** Absent where the user typed an id. */
  readonly image?: LiveImage;
}

/** Lets the user choose a region of any cloud; does not ask where there is one. `undefined` where the user declined. */
export async function pickPlace(engines: EngineAccess): Promise<Place | undefined> {
  const cloud = await pickCloud(engines);
  if (cloud === undefined) return undefined;
  const places = await withCancellableProgress(`Loading the regions of ${cloud}`, (signal) =>
    engines.use((engine) => engine.regions(cloud, signal)),
  );
  if (places.length <= 1) return places[0];
  const chosen = await vscode.window.showQuickPick(
    places.map((place) => ({ label: place.region, description: place.cloud, place })),
    { title: 'Region' },
  );
  return chosen?.place;
}

async function pickCloud(engines: EngineAccess): Promise<string | undefined> {
  const { clouds, problems } = await engines.use((engine) => engine.clouds());
  const usable = clouds.filter((cloud) => !cloud.problems.some(({ severity }) => severity === 'error'));
  if (usable.length === 0) {
    const reason = problems[0]?.message ?? clouds[0]?.problems[0]?.message;
    throw new Failure('no-clouds', reason ?? 'No cloud is configured.', {
      next: 'Create a clouds.yaml, or start the sandbox cloud.',
    });
  }
  if (usable.length === 1) return usable[0]?.name;
  const chosen = await vscode.window.showQuickPick(
    usable.map((cloud) => ({ label: cloud.name, description: cloud.origin })),
    { title: 'Cloud' },
  );
  return chosen?.label;
}

interface ImageItem extends vscode.QuickPickItem {
  readonly at: ImageAt;
}

/** Lets the user choose an image of a region by name or id. The list fills while it is open; an id that is not in it may be typed. */
export async function pickImage(engines: EngineAccess, place: Place, title: string): Promise<ImageAt | undefined> {
  const pick = vscode.window.createQuickPick<ImageItem>();
  const abort = new AbortController();
  let items: readonly ImageItem[] = [];
  const draw = (): void => {
    const typed = pick.value.trim();
    const known = items.some(({ at }) => at.id === typed.toLowerCase());
    const byId = isImageId(typed) && !known ? [{ label: typed, at: { place, id: typed.toLowerCase() } }] : [];
    pick.items = [...byId, ...items];
  };
  pick.title = `${title}: ${describePlace(place)}`;
  pick.placeholder = 'Name or ID of an image';
  pick.matchOnDescription = true;
  pick.busy = true;
  pick.onDidChangeValue(draw);
  pick.show();
  const chosen = new Promise<ImageAt | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.at));
    pick.onDidHide(() => resolve(undefined));
  });
  const filling = fill(engines, place, abort.signal, (page) => {
    items = [...items, ...page];
    draw();
  });
  const failed = filling.then(
    () => {
      pick.busy = false;
    },
    (error: unknown) => {
      if (!isAbort(error)) throw toFailure(error);
    },
  );
  try {
    return await Promise.race([chosen, failed.then(() => chosen)]);
  } finally {
    abort.abort();
    pick.dispose();
  }
}

async function fill(
  engines: EngineAccess,
  place: Place,
  signal: AbortSignal,
  add: (page: readonly ImageItem[]) => void,
): Promise<void> {
  await engines.use(async (engine) => {
    for await (const page of engine.images(place, { signal })) {
      add(
        page.map((image) => ({
          label: plainLabel(image.name ?? image.id),
          description: image.id,
          at: { place, id: image.id, image },
        })),
      );
    }
  });
}
