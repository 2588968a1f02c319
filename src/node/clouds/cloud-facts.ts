import { gatherCloudFacts, type CloudFacts } from '../../core/cloud-facts.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import type { CloudDirectory } from './cloud-directory.ts';

/** A place, as a definition names it. */
export interface FactsQuestion {
  readonly cloud: string | undefined;
  readonly region: string | undefined;
  readonly forFile: string;
}

/** The facts of that place. Throws `signed-out` instead of asking for a password, and what its login throws. */
export async function cloudFacts(
  directory: CloudDirectory,
  { cloud, region, forFile }: FactsQuestion,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<CloudFacts> {
  const wanted = cloud === undefined ? undefined : { name: cloud, chosenBy: '"cloud" in the definition' };
  const { cloud: chosen } = await directory.choose(wanted, forFile);
  if (!directory.needsNoConsent(chosen)) throw signedOut(chosen.name);
  const access = await directory.accessTo(chosen);
  if (access.session.wantsAnswer) throw signedOut(chosen.name);
  const places = await access.places(signal);
  const named = region ?? places[0]?.region ?? '';
  return gatherCloudFacts(
    {
      place: { cloud: chosen.name, region: named, origin: chosen.origin },
      images: await access.images(named, signal),
      regions: () => Promise.resolve(places.map((place) => place.region).filter((name) => name !== '')),
      projects: () => access.session.projects(signal),
    },
    log,
    signal,
  );
}

function signedOut(cloud: string): Failure {
  return new Failure('signed-out', `The cloud "${cloud}" needs you to sign in.`, {
    next: 'Sign in, list its images, or preview a definition.',
  });
}
