import type { Fault, FaultRequest, Faults } from '../../src/sandbox/http/faults.ts';

/** Which requests a fault is for. What is left out matches anything. */
export interface FaultMatch {
  readonly service?: FaultRequest['service'];
  readonly region?: string;
  readonly method?: string;
  /** Of the path with its query, e.g. `/\/file$/`. */
  readonly path?: RegExp;
}

/** A fault that waits for its requests. */
export interface PlannedFault {
  /** Settles with the first request that it hit. */
  readonly hit: Promise<FaultRequest>;
  /** Requests that it hit so far. */
  readonly count: number;
  /** It hits no more. */
  cancel(): void;
}

interface Plan {
  readonly match: FaultMatch;
  readonly fault: Fault;
  left: number;
  hits: number;
  readonly onHit: (request: FaultRequest) => void;
}

/** Faults for the next matching requests, and a record of every request that came. */
export class PlannedFaults implements Faults {
  /** Every request since the last `clear`, in order. */
  readonly requests: FaultRequest[] = [];
  #plans: Plan[] = [];

  /** Hits the next `times` matching requests; plans made first go first. */
  next(match: FaultMatch, fault: Fault, times = 1): PlannedFault {
    const { promise, resolve } = Promise.withResolvers<FaultRequest>();
    const plan: Plan = { match, fault, left: times, hits: 0, onHit: resolve };
    this.#plans.push(plan);
    return {
      hit: promise,
      get count() {
        return plan.hits;
      },
      cancel: () => {
        plan.left = 0;
      },
    };
  }

  /** Drops all plans and the record. To be called after each test that made any. */
  clear(): void {
    this.#plans = [];
    this.requests.length = 0;
  }

  intercept(request: FaultRequest): Fault | undefined {
    this.requests.push(request);
    const plan = this.#plans.find(({ match, left }) => left > 0 && matches(match, request));
    if (plan === undefined) return undefined;
    plan.left -= 1;
    plan.hits += 1;
    plan.onHit(request);
    return plan.fault;
  }
}

function matches(match: FaultMatch, request: FaultRequest): boolean {
  return (
    (match.service === undefined || match.service === request.service) &&
    (match.region === undefined || match.region === request.region) &&
    (match.method === undefined || match.method === request.method) &&
    (match.path === undefined || match.path.test(request.path))
  );
}
