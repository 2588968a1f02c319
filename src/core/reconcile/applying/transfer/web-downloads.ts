import { isConverted } from '../../sources/bytes.ts';
import { readMarks } from '../../ownership/marks.ts';
import type { Plan } from '../../model/plan.ts';
import { agreeing, oddFailure, oddRegions, type RegionBytes } from './agreement.ts';
import type { ApplyJob } from '../context.ts';
import { failedResult } from '../result.ts';
import { WebDownload } from './web-download.ts';

/**
 * Has Glance fetch the source of one definition in every region that wants it. Each region fetches separately, so
 * nothing is published before all of them are compared, also with regions that have the image already.
 *
 * @param current all plans of the apply
 */
export async function downloadGroup(
  plans: readonly Plan[],
  current: readonly Plan[],
  { context, run, report }: ApplyJob,
): Promise<void> {
  const opened = await Promise.all(
    plans.map(async (plan) => {
      try {
        return new WebDownload(plan, await context.region(plan.place), run, context);
      } catch (reason) {
        report(failedResult(plan, reason, { kind: 'nothing' }));
        return undefined;
      }
    }),
  );
  const ended = await Promise.all(
    opened
      .filter((download) => download !== undefined)
      .map(async (download) => {
        const bytes = await download.fetch();
        // A download that is cancelled or has failed does not wait for the others.
        if (bytes === undefined) report(await download.complete(undefined, undefined));
        return bytes === undefined ? [] : [{ download, bytes }];
      }),
  );
  const downloads = ended.flat();
  const fetched = downloads.flatMap(({ download, bytes }) =>
    isConverted(bytes.live, download.plan.definition.arguments) ? [] : [bytes],
  );
  const all = [...fetched, ...current.flatMap((plan) => alreadyThere(plan, plans))];
  const odd = oddRegions(all);
  const alike = agreeing(all);
  const source = plans[0]?.remote?.name ?? 'the source';
  await Promise.all(
    downloads.map(async ({ download, bytes }) => {
      const failure = odd.has(bytes) ? oddFailure(bytes, all, source) : undefined;
      report(await download.complete(failure, alike));
    }),
  );
}

/** What a region has that needs no change for the same definition. */
function alreadyThere(
  { definition, live, bytes, place: { region } }: Plan,
  plans: readonly Plan[],
): readonly RegionBytes[] {
  const same = plans.some(({ definition: { file, index } }) => file === definition.file && index === definition.index);
  if (!same || bytes !== 'same' || live?.status !== 'active') return [];
  const sent = readMarks(live)?.sent;
  if (sent !== undefined && isConverted(live, sent)) return [];
  return [{ region, live, proven: false }];
}
