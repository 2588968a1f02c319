import { Failure, type FailureDetails } from '../../../failure.ts';
import type { ImageTask } from '../../../glance/imports.ts';
import { ANY_RELEASE, isAmong } from '../../../glance/releases.ts';
import { problemsOfBytes } from '../../planning/problems/flaw-problems.ts';
import type { PlanWork } from '../context.ts';

/** Releases that take a source without a Content-Length. Earlier ones fail, at the latest 25. */
const TAKE_CHUNKS = { from: 33, to: Infinity };

/**
 * The failure of an import. Its task only says that there was an internal error, whether the network, the operator's filter or the
 * format of the data is the reason: what this machine found of the source comes first.
 */
export async function importFailure(
  { plan, region, context }: PlanWork,
  task: ImageTask | undefined,
  details: FailureDetails,
): Promise<Failure> {
  const { name = 'the source', redirectedTo } = plan.remote ?? {};
  const says = task === undefined || task.message === '' ? '' : ` Task ${task.id}: ${task.message.replace(/\.$/, '')}.`;
  const message = `Glance could not fetch ${name} into "${plan.definition.arguments.name}".${says}`;
  const found = problemsOfBytes(plan).filter(({ severity }) => severity !== 'information');
  const refused =
    found.length === 0 ? [] : [`Glance may have refused the data: ${found.map((each) => each.message).join(' ')}`];
  const filtered =
    redirectedTo === undefined
      ? []
      : [`${name} redirects to ${redirectedTo}, which the web-download filter of the operator may refuse.`];
  const releases = (await region.releases?.(context.signal)) ?? ANY_RELEASE;
  const length = isAmong(releases, TAKE_CHUNKS) === 'yes' ? '' : ' with a Content-Length';
  const next = [
    'Glance gives no other reason.',
    ...refused,
    ...filtered,
    `Check that the cloud can reach the address and that it answers 200${length}, or give the operator the request id.`,
    'Without "web_download", the bytes go through this machine.',
  ].join(' ');
  return new Failure('import-failed', message, { ...details, next });
}
