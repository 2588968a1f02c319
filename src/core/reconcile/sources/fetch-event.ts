import type { Phase } from '../model/phases.ts';
import type { ApplyEvent } from '../model/result.ts';

/** How far the bytes of a source are on their way to this machine. */
export interface FetchEvent {
  readonly phase: 'downloading' | 'decompressing';
  /** Bytes, of `total` where that is known. */
  readonly done: number;
  readonly total: number | undefined;
}

/** Turns the progress of sources into events of an apply: the phase once, then the bytes. */
export function tellFetching(emit: (event: ApplyEvent) => void): (plan: string, event: FetchEvent) => void {
  const phases = new Map<string, Phase>();
  return (plan, { phase, done, total }) => {
    if (phases.get(plan) !== phase) {
      phases.set(plan, phase);
      emit({ type: 'phase', plan, phase });
    }
    emit({ type: 'fetching', plan, done, total });
  };
}
