import { timeoutsOf } from '../../../definition/definition.ts';
import { Failure, isAbort, toFailure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';
import { importState, lastWrittenAt, takenForDeadAt, type ImageTask } from '../../../glance/imports.ts';
import type { Plan } from '../../model/plan.ts';
import type { ApplyContext, PlanWork } from '../context.ts';
import { isUncertain } from '../writes.ts';

/** ms between two looks. A failure is reported within 5 s of Glance recording it. */
export const IMPORT_INTERVAL = 1000;
/** Looks in a row at a failed task that still locks the image: whoever should remove the lock has died. */
const LEFT_LOCKED = 3;
/** Failed looks in a row that are tolerated: an import of hours outlives a restart of Glance. */
const FAULTS_AT_MOST = 20;

/**
 * Waits until Glance has finished an import, and reports its task at every look. Returns the image, which is active.
 *
 * Throws `import-failed`, also if the task failed and left its lock on the image; `import-not-started` if the task
 * stays pending for the definition's `stall`; `apply-stuck` if an import of an earlier apply shows no progress for
 * `stall`: a Glance that was killed neither continues it nor deletes the image; `image-gone`, and what the signal
 * throws.
 *
 * @param requestId id of the request that started the import; operators find the task's log by it
 */
export async function awaitImport(
  work: PlanWork,
  id: string,
  requestId: string | undefined,
  asked: 'now' | 'by an earlier apply' = 'now',
): Promise<LiveImage> {
  const { plan, region, context } = work;
  const { stall } = timeoutsOf(plan.definition);
  const began = context.now().getTime();
  const details = { region: region.images.region, ...(requestId === undefined ? {} : { requestId }) };
  let locked = 0;
  let progress = { shown: '', since: began };
  for (let faults = 0; ;) {
    const look = await lookAt(work, id).catch((reason: unknown) => {
      faults += 1;
      if (!isUncertain(reason) || faults > FAULTS_AT_MOST) throw reason;
      context.log.warn(toFailure(reason).explain());
      return undefined;
    });
    if (look !== undefined) {
      faults = 0;
      const { image, state } = look;
      const elapsed = context.now().getTime() - began;
      if (state.kind === 'done') return image;
      if (state.kind === 'failed') throw failed(plan, state.task, details);
      const { task } = state;
      locked = task?.status === 'failure' ? locked + 1 : 0;
      if (locked > LEFT_LOCKED) throw failed(plan, task, details);
      context.emit({ type: 'importing', plan: plan.id, task: task && inBrief(task), elapsed });
      const shown = JSON.stringify([image.status, task?.status, task?.message]);
      if (shown !== progress.shown) progress = { shown, since: began + elapsed };
      if (asked !== 'now' && began + elapsed - progress.since > stall) {
        throw noProgress(work, image, task, stall, details);
      }
      if (task?.status === 'pending' && elapsed > stall) throw notStarted(plan, task, stall, details);
    }
    await pauseBy(context);
  }
}

/**
 * Whether an import of an earlier apply may be given up, because Glance itself would take it for dead. That is no
 * proof: deleting the image takes consent.
 */
export async function isTakenForDead(work: PlanWork, id: string): Promise<boolean> {
  const { image, state } = await lookAt(work, id);
  if (state.kind !== 'running') return false;
  const { task } = state;
  const now = work.context.now();
  if (takenForDeadAt(image, task) > now) return false;
  const written = lastWrittenAt(image, task);
  const minutes = Math.floor((now.getTime() - written.getTime()) / 60_000);
  work.context.log.warn(
    `Glance has not updated the image ${id} (${image.status}) or its task since ${written.toISOString()}, ${minutes} minutes ago. The image is deleted.`,
  );
  return true;
}

async function lookAt(
  { region: { images }, context: { signal } }: PlanWork,
  id: string,
): Promise<{ readonly image: LiveImage; readonly state: ReturnType<typeof importState> }> {
  // Tasks first: an import that ends in between then looks as if it still ran, never as if it had failed.
  const tasks = await images.imports.tasks(id, signal).catch((reason: unknown) => {
    if (isAbort(reason) || isUncertain(reason)) throw reason;
    // Reading tasks can be an administrator's right. The image tells nearly as much.
    return undefined;
  });
  const image = await images.find(id, signal);
  if (image === undefined) {
    throw new Failure('image-gone', `The image ${id} was deleted while Glance fetched its data.`, {
      region: images.region,
      next: 'Apply again.',
    });
  }
  return { image, state: importState(image, tasks) };
}

function inBrief({ status, message }: ImageTask): { readonly status: string; readonly message: string } {
  return { status, message };
}

type Details = ConstructorParameters<typeof Failure>[2];

function failed(plan: Plan, task: ImageTask | undefined, details: Details): Failure {
  const says = task === undefined || task.message === '' ? '' : ` Task ${task.id}: ${task.message.replace(/\.$/, '')}.`;
  const message = `Glance could not fetch ${plan.remote?.name ?? 'the source'} into "${plan.definition.arguments.name}".${says}`;
  const next =
    'Glance gives no other reason. Check that the cloud can reach the address and that it answers 200 with a Content-Length, or give the operator the request id. Without "web_download", the bytes go through this machine.';
  return new Failure('import-failed', message, { ...details, next });
}

function notStarted(plan: Plan, { id }: ImageTask, stall: number, details: Details): Failure {
  const message = `Glance accepted the task ${id} to fetch ${plan.remote?.name ?? 'the source'}, but has not started it in ${Math.round(stall / 1000)} s.`;
  const next =
    'Its task engine may be stopped or busy. Ask the operator of the cloud, raise "timeouts": { "stall": … }, or remove "web_download".';
  return new Failure('import-not-started', message, { ...details, next });
}

function noProgress(
  { plan, context }: PlanWork,
  image: LiveImage,
  task: ImageTask | undefined,
  stall: number,
  details: Details,
): Failure {
  const { id, status } = image;
  const dead = takenForDeadAt(image, task);
  const from = dead > context.now() ? `From ${dead.toISOString()} on, --recover-stuck` : '--recover-stuck';
  const message = `An earlier apply had Glance fetch ${plan.remote?.name ?? 'the source'} into the image ${id} (${status}), and Glance has shown no progress in ${Math.round(stall / 1000)} s.`;
  const next = `Glance reports nothing while it downloads. Apply again to wait for it. If Glance was restarted meanwhile, the download never continues. ${from} deletes that image and fetches it again.`;
  return new Failure('apply-stuck', message, { ...details, next });
}

/** Waits for the next look. Rejects when the apply is cancelled or its time is up. */
async function pauseBy(context: ApplyContext): Promise<void> {
  const { signal } = context;
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal?.reason instanceof Error ? signal.reason : new Error('Cancelled.'));
    };
    const cancel = context.after(IMPORT_INTERVAL, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}
