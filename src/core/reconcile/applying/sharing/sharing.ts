import { membersOf, type MemberArgument } from '../../../definition/definition.ts';
import { Failure, isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { endedMembers } from '../../planning/sharing/members.ts';
import { argumentsOf } from '../../planning/successor.ts';
import { distributionPhases } from '../../planning/sharing/distribution.ts';
import type { PlanWork } from '../context.ts';
import { errorOf } from '../result.ts';
import type { ApplyError } from '../../model/result.ts';

/**
 * Ends memberships before anything else is changed: an image that is no longer shared keeps its members, and only a
 * shared image can lose them. A failure fails the plan, so that the image still remembers them.
 */
export async function unshare({ plan, region, context }: PlanWork, live: LiveImage): Promise<void> {
  if (live.visibility !== 'shared') return;
  for (const project of endedMembers(plan.changes))
    await region.images.members.remove(live.id, project, context.signal);
}

/**
 * Shares an image with the members of its definition, and accepts it for those with `accept_with`. Returns failures:
 * the image itself is fine.
 */
export async function share(work: PlanWork, live: LiveImage): Promise<readonly ApplyError[]> {
  const { plan, region, context } = work;
  const wanted = membersOf(argumentsOf(plan));
  if (live.visibility !== 'shared' || !distributionPhases(plan).includes('sharing')) return [];
  context.emit({ type: 'phase', plan: plan.id, phase: 'sharing', imageId: live.id });
  const failures = new Failures();
  const there = await failures.of(region.images.members.list(live.id, context.signal));
  if (there === undefined) return failures.all;
  for (const member of wanted) {
    const { project } = member;
    const known = there.find((each) => each.project === project);
    const now = known ?? (await failures.of(region.images.members.add(live.id, project, context.signal)))?.value;
    if (now === undefined || now.status === 'accepted' || member.accept_with === undefined) continue;
    await failures.of(accept(work, live.id, { project, accept_with: member.accept_with }));
  }
  return failures.all;
}

/** Accepts the image with the project's own login: its owner may not do that. */
async function accept(
  { plan, context }: PlanWork,
  id: string,
  { project, accept_with: cloud }: Required<MemberArgument>,
): Promise<void> {
  try {
    const consumer = await context.consumer(plan, cloud);
    if (consumer.project !== project) {
      const whose = consumer.project === undefined ? 'no project' : `the project ${consumer.project}`;
      throw new Failure('accept-with-other-project', `that entry of clouds.yaml logs in to ${whose}.`, {
        next: 'Set "accept_with" to the entry of that project.',
      });
    }
    await consumer.images.members.setStatus(id, project, 'accepted', context.signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    const failure = toFailure(error);
    const { status, requestId, region } = failure;
    const message = `The image ${id} is shared with the project ${project}, but could not be accepted with "${cloud}": ${failure.message}`;
    throw new Failure(failure.code === 'accept-with-other-project' ? failure.code : 'accept-failed', message, {
      next: failure.next ?? `Apply again, or accept it in that project: openstack image set --accept ${id}.`,
      ...(status === undefined ? {} : { status }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(region === undefined ? {} : { region }),
    });
  }
}

/** Collects failures, so that one member's failure does not affect the others. */
class Failures {
  readonly all: ApplyError[] = [];

  /** The result of `work`, or `undefined` if it failed. Rethrows a cancellation. */
  async of<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work;
    } catch (error) {
      if (isAbort(error)) throw error;
      this.all.push({ ...errorOf(toFailure(error), ''), argument: 'members' });
      return undefined;
    }
  }
}
