import { timeoutsOf, type Definition } from '../../definition/definition.ts';
import type { LiveImage } from '../../glance/image.ts';
import { copyProgress } from '../../glance/stores.ts';
import type { StateMark } from './marks.ts';

/** What is known of an image that an apply staged and did not publish. */
export interface StagedSituation {
  readonly definition: Definition;
  readonly image: LiveImage;
  readonly state: StateMark;
  readonly run: RunState;
  readonly now: Date;
  /** Consent to take over what an apply left, although that apply may still be running (`--recover-stuck`). */
  readonly recoverStuck: boolean;
  /** Whether Glance itself is still importing this very source into it. */
  readonly importGoesOn: boolean;
}

/** What can be done with a staged image. */
export type StagedVerdict =
  /** Its apply is dead: this one resumes it. */
  | { readonly kind: 'resume' }
  /** Its apply is dead, or taken for dead by consent, and Glance is stuck with it: it is deleted and made again. */
  | { readonly kind: 'restart' }
  /** Its apply may be running. No `recoverableFrom`: it runs on this machine, and can't be recovered while it does. */
  | { readonly kind: 'in-progress'; readonly recoverableFrom?: Date }
  /** Taking it over needs consent. `dead`: its apply ran on this machine and has ended. */
  | { readonly kind: 'stuck'; readonly dead: boolean };

/** Statuses in which Glance has an upload or import open, or believes so. */
const SENDING: ReadonlySet<string> = new Set(['saving', 'uploading', 'importing']);

/**
 * Whether an apply may resume an image that an earlier one staged. It may if that run is dead, or if its time has passed. An
 * image in `saving`, `uploading` or `importing` is never deleted without consent: Glance may still finish it.
 */
export function judgeStaged(situation: StagedSituation): StagedVerdict {
  const { definition, image, state, run, now, recoverStuck, importGoesOn } = situation;
  // Its apply was about to delete it.
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

/** Subject of a sentence about a run that may or may not be alive. */
const SOMEWHERE = 'An apply, maybe on another machine,';

const WHO: Readonly<Record<RunState, string>> = {
  own: 'An apply that was started here',
  alive: 'Another apply on this machine',
  unknown: SOMEWHERE,
  dead: 'An apply that has ended',
};

/** Why a staged image is not resumed, and what to do about it; `undefined` if it is. */
export function describeStaged(situation: StagedSituation, verdict: StagedVerdict): string | undefined {
  const { image, state, run } = situation;
  const what = `the image ${image.id} (${image.status})`;
  switch (verdict.kind) {
    case 'resume':
    case 'restart':
      return undefined;
    case 'in-progress': {
      const wait = `${WHO[run]} has been using ${what} since ${state.started}. Wait for it to finish.`;
      const from = verdict.recoverableFrom?.toISOString();
      return from === undefined ? wait : `${wait} If it has stopped, delete that image, or recover it after ${from}.`;
    }
    case 'stuck': {
      const why = verdict.dead
        ? `An earlier apply was interrupted while it sent ${what}, and Glance has not released it.`
        : `${SOMEWHERE} started ${what} on ${state.started} and has not finished it in time.`;
      return `${why} If nothing is using it, apply with --recover-stuck, or delete that image.`;
    }
  }
}

/** Whether the apply that marked an image may still be running. `own`: it runs in this process. */
export type RunState = 'own' | 'alive' | 'dead' | 'unknown';

/** The applies of this process, and the state of others. */
export interface Runs {
  /** The name of a new run, from which other processes can tell its state. */
  begin(): string;
  end(run: string): void;
  /** `unknown` for a run of another machine, or if its state is not certain. */
  state(run: string): RunState;
}
