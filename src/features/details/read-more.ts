import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isAbort, toFailure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import { readMarks } from '../../core/reconcile/ownership/marks.ts';
import { isTrusted } from '../../platform/trust.ts';
import type { DetailsOptions } from './details-options.ts';
import { versionsOf, type MoreDetails } from './image-details.ts';

/** Reads what takes requests of its own. Never throws: a part that fails is logged and absent. */
export async function readMore(
  options: DetailsOptions,
  place: Place,
  image: LiveImage,
  signal: AbortSignal,
): Promise<MoreDetails> {
  const { engines, log } = options;
  const part = <T>(asked: Promise<T>): Promise<T | undefined> =>
    asked.catch((error: unknown) => {
      if (!isAbort(error)) log.failure(toFailure(error));
      return undefined;
    });
  const isShared = image.visibility === 'shared';
  const [members, versions, facts] = await Promise.all([
    isShared ? part(engines.use((engine) => engine.members(place, image.id, signal))) : undefined,
    part(readVersions(options, place, image, signal)),
    metadefsOf(options, place),
  ]);
  return {
    ...(members === undefined ? {} : { members }),
    versions: versions ?? [image],
    metadefs: facts ?? [],
  };
}

/** A replaced image keeps its name, so that one list of the name has them all. */
async function readVersions(
  { engines }: DetailsOptions,
  place: Place,
  image: LiveImage,
  signal: AbortSignal,
): Promise<readonly LiveImage[]> {
  const { name } = image;
  if (name === null || readMarks(image) === undefined) return [image];
  const named = await engines.use(async (engine) => {
    const found: LiveImage[] = [];
    for await (const page of engine.images(place, { name, signal })) found.push(...page);
    return found;
  });
  return versionsOf(image, named);
}

/** What the cloud says of properties. Restricted Mode asks nobody. */
async function metadefsOf({ knowledge }: DetailsOptions, { cloud, region, origin }: Place) {
  if (!isTrusted()) return undefined;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  // Where the search for clouds.yaml begins: it has to find the cloud that is shown.
  const file = origin === 'environment' ? join(folder?.uri.fsPath ?? homedir(), 'clouds.yaml') : origin;
  return (await knowledge.want({ cloud, region: region === '' ? undefined : region, file }))?.properties;
}
