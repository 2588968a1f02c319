import { Failure, isAbort } from '../../../failure.ts';
import type { Digests, FileIdentity, OpenSource } from '../../../source/ports.ts';
import { sourceInWords } from '../../../source/image/image-path.ts';
import { isAsBegun } from '../../sources/fetched-source.ts';
import type { Arrival } from '../../sources/shared-fetches.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext } from '../context.ts';

/** The file that a group of plans sends: it is here, or still on its way. */
export type SentFile =
  | { readonly kind: 'here'; readonly identity: FileIdentity }
  | {
      readonly kind: 'arriving';
      readonly identity: FileIdentity;
      readonly source: OpenSource;
      readonly arrival: Arrival;
    };

/** Finds the file of plans that send the same one. Throws what `SourceFiles.identify` throws, and why a file did not arrive. */
export async function findSent(plans: readonly Plan[], context: ApplyContext): Promise<SentFile> {
  const path = plans[0]?.source?.path ?? '';
  const arrival = plans.some(({ source }) => source?.arriving) ? context.arrival(path) : undefined;
  const source = arrival?.file.open();
  if (arrival !== undefined && source !== undefined)
    return { kind: 'arriving', identity: source.identity, source, arrival };
  if (arrival !== undefined) await arrived(arrival, plans, context);
  return { kind: 'here', identity: await context.files.identify(path) };
}

/**
 * The digests of a file, once all of it has arrived. Throws why it does not arrive, or `source-changed` where it is not what these plans
 * were made for.
 */
export async function arrived(arrival: Arrival, plans: readonly Plan[], { signal }: ApplyContext): Promise<Digests> {
  const { path } = arrival.file.identity;
  const whole = await arrival.whole.catch((reason: unknown) => {
    throw isAbort(reason) && signal?.aborted !== true ? otherBytes(path) : reason;
  });
  // Whoever has begun with bytes of an earlier state failed by them.
  if (!plans.every(({ source }) => source !== undefined && isAsBegun(source, whole))) throw otherBytes(path);
  return whole.digests ?? {};
}

/** The failure for a file that is not what its plan was made for. */
export function otherBytes(path: string): Failure {
  return new Failure(
    'source-changed',
    `The bytes of the ${sourceInWords(path)} are not those that the plan was made for.`,
    {
      next: 'Apply again.',
    },
  );
}
