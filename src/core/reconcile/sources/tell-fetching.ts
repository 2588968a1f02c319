import type { FetchEvent } from './definition-sources.ts';
import type { Phase } from '../model/phases.ts';
import type { ApplyEvent } from '../model/result.ts';

/** Tells of the sources of an apply as its events: the phase once, then how far it is. */
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
