import { definitionKey } from '../../core/definition/definition.ts';
import { sourceOf } from '../../core/definition/source.ts';
import { distributionPhases } from '../../core/reconcile/planning/sharing/distribution.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import type { ApplyError, ApplyEvent, ApplyResult } from '../../core/reconcile/model/result.ts';
import { describeLost, type Phase } from '../../core/reconcile/model/phases.ts';

/** A transfer, with the last sample of its speed. */
export interface MeasuredTransfer {
  readonly transfer: Transfer;
  /** The time of the last sample (ms since the epoch) and its bytes; absent while no bytes move. */
  readonly measured?: { readonly at: number; readonly sent: number };
}

/** What every transfer starts with. */
export const STARTED = {
  status: 'running',
  cancelling: false,
  sent: 0,
  endedAt: null,
  throughput: [],
  digests: [],
  verified: { size: null, md5: null, multihash: null },
  error: null,
} as const satisfies Partial<Transfer>;

/** Samples that a transfer keeps, one per second. */
const samplesAtMost = 120;

/** The transfer of a plan whose apply starts. */
export function begun(plan: Plan, now: number): MeasuredTransfer {
  const { definition, place } = plan;
  return {
    transfer: {
      ...STARTED,
      id: plan.id,
      name: definition.arguments.name,
      cloud: place.cloud,
      region: place.region,
      origin: place.origin,
      file: definition.file,
      key: definitionKey(definition),
      index: definition.index,
      phase: 'waiting',
      ...planned(plan),
      cloudSize: null,
      startedAt: now,
    },
  };
}

/** The transfer after an event of its apply. Events after the result change nothing. */
export function folded(before: MeasuredTransfer, event: ApplyEvent, now: number): MeasuredTransfer {
  const { transfer } = before;
  if (transfer.status !== 'running') return before;
  switch (event.type) {
    case 'phase':
      return entered(before, event.phase, event.imageId ?? transfer.imageId, now);
    case 'progress':
      return { ...before, transfer: { ...transfer, sent: event.sent, total: event.total } };
    case 'fetching':
      return { ...before, transfer: { ...transfer, sent: event.done, total: event.total ?? transfer.total } };
    case 'importing': {
      const task = { status: '', message: '', ...event.task, elapsed: event.elapsed };
      return { ...before, transfer: { ...transfer, task } };
    }
    case 'lost':
      return { transfer: { ...transfer, retrying: describeLost(event.status) } };
    case 'digests':
      return { ...before, transfer: { ...transfer, digests: event.digests } };
    case 'copies':
      return before;
    case 'replanned':
      return { ...before, transfer: { ...transfer, ...planned(event.next) } };
    case 'result':
      return { transfer: ended(transfer, event.result, now) };
  }
}

/** Adds a sample of the speed if bytes move and a second has passed since the last one. */
export function sampled(before: MeasuredTransfer, now: number): MeasuredTransfer {
  const { transfer, measured } = before;
  if (measured === undefined) return before;
  const elapsed = now - measured.at;
  // Timers are a little early or late.
  if (elapsed < 900) return before;
  const speed = Math.max(0, Math.round(((transfer.sent - measured.sent) * 1000) / elapsed));
  const throughput = [...transfer.throughput, speed].slice(-samplesAtMost);
  return { transfer: { ...transfer, throughput }, measured: { at: now, sent: transfer.sent } };
}

/** A transfer of a window that has closed. Its last saved bytes are known, its end is not. */
export function interrupted(transfer: Transfer, keptAt: number): Transfer {
  if (transfer.status !== 'running') return transfer;
  return { ...transfer, status: 'interrupted', cancelling: false, endedAt: keptAt };
}

/** What is known of a transfer whose process has ended. Times are ms since the epoch. `ended`: its result; else it was interrupted. */
export type LeftBehind = Pick<
  Transfer,
  'id' | 'name' | 'action' | 'cloud' | 'region' | 'origin' | 'file' | 'key' | 'index' | 'phase' | 'total' | 'startedAt'
> & {
  readonly imageId?: string;
  readonly ended?: Outcome & { readonly at: number; readonly size: number | null };
};

/** A transfer that was left behind, to be shown, and resumed if it was interrupted. */
export function leftBehind({ ended: outcome, imageId, ...left }: LeftBehind): Transfer {
  const shown: Transfer = {
    ...STARTED,
    ...left,
    imageId: imageId ?? null,
    phases: [left.phase],
    cloudSize: null,
  };
  if (outcome === undefined) return { ...shown, status: 'interrupted', endedAt: left.startedAt };
  return { ...shown, ...outcomeOf(outcome, shown), cloudSize: outcome.size, endedAt: outcome.at };
}

/** A transfer of another window. */
export function elsewhere(transfer: Transfer): Transfer {
  return transfer.status === 'running' ? { ...transfer, elsewhere: true } : transfer;
}

/** The phases of a plan. */
function phasesOf(plan: Plan): readonly Phase[] {
  const spreading = distributionPhases(plan);
  const filling =
    sourceOf(plan.definition).kind === 'cloud'
      ? (['staging', 'importing'] as const)
      : ([...fetchesOf(plan), 'staging', 'uploading'] as const);
  switch (plan.action) {
    case 'create':
    case 'upload':
      return [...filling, 'verifying', ...spreading, 'publishing'];
    case 'replace':
      return [...filling, 'verifying', ...spreading, 'publishing', 'retiring'];
    case 'update':
    case 'adopt':
      return ['updating', ...spreading];
    case 'none':
    case 'blocked':
      return [];
  }
}

function planned(plan: Plan): Pick<Transfer, 'action' | 'phases' | 'imageId' | 'total'> {
  return {
    action: plan.action,
    phases: phasesOf(plan),
    imageId: plan.imageId ?? null,
    total: plan.bytesToSend,
  };
}

/** The phases before the upload, by the definition. */
function fetchesOf({ definition }: Plan): readonly Phase[] {
  const source = sourceOf(definition);
  return [
    ...(source.kind === 'url' ? ['downloading' as const] : []),
    ...('decompress' in source && source.decompress ? ['decompressing' as const] : []),
  ];
}

/** After a lost connection bytes count from 0 again; the earlier samples stay. */
function entered({ transfer }: MeasuredTransfer, phase: Phase, imageId: string | null, now: number): MeasuredTransfer {
  const { retrying: _over, ...rest } = transfer;
  const next = { ...rest, phase, imageId };
  const moves = phase === 'uploading' || phase === 'downloading' || phase === 'decompressing';
  if (!moves) return { transfer: next };
  return { transfer: { ...next, sent: 0 }, measured: { at: now, sent: 0 } };
}

function ended(transfer: Transfer, result: ApplyResult, now: number): Transfer {
  const { plan, live } = result;
  const { retrying: _over, ...rest } = transfer;
  return {
    ...rest,
    action: plan.action,
    phases: phasesOf(plan),
    ...outcomeOf(result, transfer),
    cancelling: false,
    cloudSize: live?.size ?? null,
    endedAt: now,
  };
}

/** The part of a result that a transfer shows. */
interface Outcome extends Pick<ApplyResult, 'status' | 'bytesSent' | 'digests' | 'verified'> {
  readonly imageId?: string;
  readonly error?: Omit<ApplyError, 'code'> & { readonly code: string };
}

function outcomeOf(
  { status, error, imageId, bytesSent, digests, verified }: Outcome,
  before: Transfer,
): Pick<Transfer, 'status' | 'imageId' | 'sent' | 'digests' | 'verified' | 'error'> {
  return {
    status,
    imageId: imageId ?? before.imageId,
    sent: bytesSent,
    digests: digests.length > 0 ? digests : before.digests,
    verified,
    error:
      error === undefined
        ? null
        : {
            code: error.code,
            message: error.message,
            next: error.next ?? null,
            status: error.status ?? null,
            requestId: error.requestId ?? null,
          },
  };
}
