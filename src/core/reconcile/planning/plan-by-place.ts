import { randomUUID } from 'node:crypto';
import type { Definition } from '../../definition/definition.ts';
import { duplicatesInPlace } from '../../definition/reading/duplicates.ts';
import { Failure, isAbort, toFailure } from '../../failure.ts';
import type { Place } from '../../place.ts';
import type { Problem } from '../../problem.ts';
import { problemAt } from '../../definition/problem-at.ts';
import type { PlanRequest } from './planner.ts';

/** A place that a definition names. Two names may turn out to be one place. */
export interface ChosenPlace {
  readonly place: Place;
  readonly chosenBy: string;
  /** What to tell the user about the choice. */
  readonly problems: readonly Problem[];
}

/** How definitions become plans, or rollbacks. */
export interface PlanByPlaceDeps<Planned> {
  readonly placesOf: (definition: Definition) => Promise<readonly ChosenPlace[]>;
  /** Maps each place to the one to use for it, as two regions may share an endpoint, or to why its endpoint is not known. */
  readonly onePlaceOf: (places: readonly Place[]) => Promise<(place: Place) => Place | Failure>;
  readonly plan: (place: Place, requests: readonly PlanRequest[]) => Promise<readonly Planned[]>;
  /** The result for a definition that can't be planned at all, or not in this place. */
  readonly refuse: (
    id: string,
    definition: Definition,
    failure: Failure,
    where?: { readonly place: Place; readonly chosenBy: string },
  ) => Planned;
}

interface Request extends PlanRequest {
  readonly id: string;
  readonly place: Place;
  readonly problems: readonly Problem[];
  /** Why it is refused. */
  readonly failure?: Failure;
}

/**
 * Plans the definitions of each place together. Returns the plans in the order of the definitions and their regions. A place
 * that has two names is planned once. Two definitions that mean the same image in a place are refused.
 */
export async function planByPlace<Planned extends { readonly id: string; readonly problems: readonly Problem[] }>(
  definitions: readonly Definition[],
  deps: PlanByPlaceDeps<Planned>,
): Promise<readonly Planned[]> {
  const named: { definition: Definition; places: readonly ChosenPlace[] | Failure }[] = [];
  for (const definition of definitions) {
    try {
      named.push({ definition, places: await deps.placesOf(definition) });
    } catch (error) {
      if (isAbort(error)) throw error;
      named.push({ definition, places: toFailure(error) });
    }
  }
  const all = named.flatMap(({ places }) => (places instanceof Failure ? [] : places));
  const onePlace = await deps.onePlaceOf(all.map(({ place }) => place));
  const results = named.map(({ definition, places }) =>
    places instanceof Failure
      ? deps.refuse(randomUUID(), definition, places)
      : requestsOf(definition, places, onePlace),
  );
  const requests = results.flatMap((each) => (isRequests(each) ? each : []));
  const groups = Map.groupBy(requests, ({ place }) => JSON.stringify(place));
  const planned = await Promise.all([...groups.values()].map((group) => planGroup(group, deps)));
  const byId = new Map(planned.flat().map((each) => [each.id, each]));
  return results.flatMap((each) => (isRequests(each) ? each.flatMap(({ id }) => byId.get(id) ?? []) : [each]));
}

function isRequests(result: unknown): result is readonly Request[] {
  return Array.isArray(result);
}

/** Uses the first name of a place, and tells the user about each further one. */
function requestsOf(
  definition: Definition,
  places: readonly ChosenPlace[],
  onePlace: (place: Place) => Place | Failure,
): readonly Request[] {
  const found = new Map<string, Request>();
  for (const { place: written, chosenBy, problems } of places) {
    const answer = onePlace(written);
    const failed = answer instanceof Failure;
    const place = failed ? written : answer;
    const key = JSON.stringify(place);
    const known = found.get(key)?.problems ?? problems;
    const same = written.region === place.region ? [] : [sharesEndpoint(definition, written, place)];
    const { id = randomUUID() } = found.get(key) ?? {};
    const request = { id, definition, cloudChosenBy: chosenBy, place, problems: [...known, ...same] };
    found.set(key, failed ? { ...request, failure: answer } : request);
  }
  return [...found.values()];
}

function sharesEndpoint(definition: Definition, { cloud, region }: Place, place: Place): Problem {
  const argument = definition.places.has('regions') ? 'regions' : 'region';
  const message = `The regions ${JSON.stringify(region)} and ${JSON.stringify(place.region)} of the cloud "${cloud}" have the same image endpoint, so each image is created there once.`;
  return problemAt(definition, 'information', 'region-shares-endpoint', message, argument);
}

async function planGroup<Planned extends { readonly id: string; readonly problems: readonly Problem[] }>(
  group: readonly Request[],
  { plan, refuse }: PlanByPlaceDeps<Planned>,
): Promise<readonly Planned[]> {
  const duplicates = duplicatesInPlace(group.map(({ definition }) => definition));
  const refused = group.flatMap(({ id, definition, place, cloudChosenBy, failure }) => {
    const twice = duplicates.get(definition);
    const why = twice === undefined ? failure : new Failure('duplicate-definition', twice);
    return why === undefined ? [] : [refuse(id, definition, why, { place, chosenBy: cloudChosenBy })];
  });
  const sound = group.filter(({ id }) => refused.every((each) => each.id !== id));
  const [first] = sound;
  const planned = first === undefined ? [] : await plan(first.place, sound);
  const problems = new Map(group.map((request) => [request.id, request.problems]));
  return [...refused, ...planned].map((each) => {
    const own = problems.get(each.id) ?? [];
    return own.length === 0 ? each : { ...each, problems: [...each.problems, ...own] };
  });
}
