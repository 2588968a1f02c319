import { Failure } from '../../core/failure.ts';
import type { Place } from '../../core/place.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';
import type { GlanceLog } from '../log.ts';
import type { EngineAccess } from './engine-access.ts';

/** What reading an image again needs. */
export interface ReadAgainOptions {
  readonly engines: EngineAccess;
  readonly clouds: CloudsStore;
  readonly log: GlanceLog;
}

/** Shows an image as it is now, or that it is gone. Does not throw: what can't be read stays as it was last seen. */
export async function readAgain(place: Place, id: string, { engines, clouds, log }: ReadAgainOptions): Promise<void> {
  try {
    clouds.put(place, await engines.use((engine) => engine.image(place, id)));
  } catch (error) {
    if (Failure.is(error, 'image-not-found')) clouds.remove(place, id);
    else log.debug(`The image ${id} was not read again: ${String(error)}`);
  }
}
