import type { Problem } from '../../problem.ts';
import { nameInPlace } from '../words/describe.ts';
import type { SavedEntry } from './saved-plan.ts';

/** What moved since a plan was saved. Empty if it can be carried out as it was reviewed. */
export function movedSince(
  saved: SavedEntry,
  now: SavedEntry | undefined,
): readonly Pick<Problem, 'code' | 'message'>[] {
  const subject = nameInPlace(saved.name, { cloud: saved.cloud, region: saved.region, origin: '' });
  if (now === undefined)
    return [{ code: 'plan-stale', message: `${subject}: it can't be planned any more as it was reviewed.` }];
  if (now.definition !== saved.definition)
    return [{ code: 'plan-outdated', message: `${subject}: its definition was changed.` }];
  const moved: Pick<Problem, 'code' | 'message'>[] = [];
  if (JSON.stringify(now.source) !== JSON.stringify(saved.source) && now.source !== null && saved.source !== null)
    moved.push({ code: 'plan-stale', message: `${subject}: its source ${saved.source.name} changed.` });
  if (now.live !== saved.live) {
    const image = saved.image_id === null ? 'the image' : `the image ${saved.image_id}`;
    moved.push({ code: 'plan-stale', message: `${subject}: ${image} changed in the cloud.` });
  }
  if (now.action !== saved.action)
    moved.push({ code: 'plan-stale', message: `${subject}: the plan was ${saved.action} and is now ${now.action}.` });
  else if (moved.length === 0 && (now.changes !== saved.changes || now.image_id !== saved.image_id))
    moved.push({ code: 'plan-stale', message: `${subject}: the plan has other changes now.` });
  return moved;
}
