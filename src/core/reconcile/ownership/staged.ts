import { timeoutsOf, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { copyProgress } from '../../glance/stores.ts';
import type { StateMark } from './marks.ts';
import type { RunState } from './run.ts';

/** What is known when an image is found that an apply staged and did not publish. */
export interface StagedSituation {
  readonly definition: Definition;
  readonly image: LiveImage;
  readonly state: StateMark;
  readonly run: RunState;
  readonly now: Date;
  /** Consent to end what an apply left that may not be quite dead (`--recover-stuck`). */
  readonly recoverStuck: boolean;
  /** Whether Glance itself is at work on it for this very source: it needs nobody who sends. */
  readonly importGoesOn: boolean;
}

/** What can be done with a staged image. */
export type StagedVerdict =
  /** Its apply is dead: this one goes on with it. */
  | { readonly kind: 'resume' }
  /** Its apply is dead, or taken for dead by consent, and Glance is stuck with it: it is deleted and made anew. */
  | { readonly kind: 'restart' }
  /** Its apply may be at work; it can be recovered from then on, if not at all while it is alive on this machine. */
  | { readonly kind: 'in-progress'; readonly recoverableFrom?: Date }
  /** Taking it over needs consent. `dead`: its apply was this machine's and has ended. */
  | { readonly kind: 'stuck'; readonly dead: boolean };

/** Statuses in which Glance holds, or believes to hold, an upload or import open. */
const SENDING: ReadonlySet<string> = new Set(['saving', 'uploading', 'importing']);

/**
 * Whether an apply may go on with an image that an earlier one staged. One whose run may still be alive is not taken over;
 * once its time has passed, or if it was this machine's and is dead, it may be. An image in `saving`, `uploading` or
 * `importing` is never deleted unasked: Glance may yet finish it.
 */
export function judgeStaged(situation: StagedSituation): StagedVerdict {
  const { definition, image, state, run, now, recoverStuck, importGoesOn } = situation;
  // Whoever marked it so would only have deleted it.
  if (state.phase === 'discarding') return { kind: 'restart' };
  if (run === 'alive' || run === 'own') return { kind: 'in-progress' };
  const sending = !importGoesOn && (SENDING.has(image.status) || copyProgress(image).running);
  if (run === 'dead' && !sending) return { kind: 'resume' };
  if (run === 'unknown') {
    const until = Date.parse(state.started) + timeoutsOf(definition).create;
    if (now.getTime() < until) return { kind: 'in-progress', recoverableFrom: new Date(until) };
  }
  if (!recoverStuck) return { kind: 'stuck', dead: run === 'dead' };
  return { kind: sending ? 'restart' : 'resume' };
}

/** Of a run of which nobody can tell whether it is alive. */
const SOMEWHERE = 'An apply, maybe on another machine,';

const WHO: Readonly<Record<RunState, string>> = {
  own: 'An apply that was started here',
  alive: 'Another apply on this machine',
  unknown: SOMEWHERE,
  dead: 'An apply that has ended',
};

/** Why an image that an apply staged is not gone on with, and what to do about it; `undefined` where it is. */
export function describeStaged(situation: StagedSituation, verdict: StagedVerdict): string | undefined {
  const { image, state, run } = situation;
  const what = `the image ${image.id} (${image.status})`;
  switch (verdict.kind) {
    case 'resume':
    case 'restart':
      return undefined;
    case 'in-progress': {
      const wait = `${WHO[run]} has been at work on ${what} since ${state.started}. Wait for it to end.`;
      const from = verdict.recoverableFrom?.toISOString();
      return from === undefined ? wait : `${wait} If it is dead, delete that image, or recover it from ${from} on.`;
    }
    case 'stuck': {
      const why = verdict.dead
        ? `An earlier apply was cut while it sent ${what}, and Glance has not let go of it.`
        : `${SOMEWHERE} began ${what} on ${state.started} and has not finished it in time.`;
      return `${why} If nothing is at work on it, apply with --recover-stuck, or delete that image.`;
    }
  }
}
