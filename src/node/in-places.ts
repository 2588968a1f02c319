import { randomUUID } from 'node:crypto';
import type { Definition } from '../core/definition/definition.ts';
import { isAbort, toFailure, type Failure } from '../core/failure.ts';
import type { Place } from '../core/place.ts';
import type { PlanRequest } from '../core/reconcile/planner.ts';

/** Plans each place's definitions together, and returns the plans in the order of the definitions and their regions. */
export async function inPlaces<Planned extends { readonly id: string }>(
  definitions: readonly Definition[],
  placesOf: (definition: Definition) => Promise<readonly { readonly place: Place; readonly chosenBy: string }[]>,
  plan: (place: Place, requests: readonly PlanRequest[]) => Promise<readonly Planned[]>,
  refuse: (id: string, definition: Definition, failure: Failure) => Planned,
): Promise<readonly Planned[]> {
  const groups = new Map<string, { place: Place; requests: PlanRequest[] }>();
  const order: string[] = [];
  const refused: Planned[] = [];
  for (const definition of definitions) {
    try {
      for (const { place, chosenBy } of await placesOf(definition)) {
        const id = randomUUID();
        const group = groups.get(JSON.stringify(place)) ?? { place, requests: [] };
        group.requests.push({ id, definition, cloudChosenBy: chosenBy });
        groups.set(JSON.stringify(place), group);
        order.push(id);
      }
    } catch (error) {
      if (isAbort(error)) throw error;
      const id = randomUUID();
      refused.push(refuse(id, definition, toFailure(error)));
      order.push(id);
    }
  }
  const planned = await Promise.all([...groups.values()].map(({ place, requests }) => plan(place, requests)));
  const byId = new Map([...refused, ...planned.flat()].map((each) => [each.id, each]));
  return order.flatMap((id) => byId.get(id) ?? []);
}
