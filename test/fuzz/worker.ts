// Runs targets in turn until it is ended. What it is at stands in shared memory, so that whoever waits for it sees where it hangs.
import { parentPort, workerData } from 'node:worker_threads';
import { execute, inputOf } from './execute.ts';
import { TARGETS } from './targets/all.ts';

/** What the worker is started with. */
export interface FuzzWork {
  readonly seed: string;
  /** By name, with the executions that each has behind it. */
  readonly targets: readonly (readonly [name: string, done: number])[];
  /** Index of the target, number of the execution, executions in all. */
  readonly at: SharedArrayBuffer;
}

/** From the worker: what a target did wrong. */
export interface Found {
  readonly target: string;
  readonly number: number;
  readonly wrong: string;
}

/** ms that a target runs before it is the next one's turn. */
const TURN = 100;

const { seed, targets, at } = workerData as FuzzWork;
const place = new Int32Array(at);
const all = targets.flatMap(([name, done]) => {
  const target = TARGETS.find((each) => each.name === name);
  return target === undefined ? [] : [{ target, done }];
});
for (;;) {
  for (const [index, each] of all.entries()) {
    const until = performance.now() + (each.target.turn ?? TURN);
    do {
      each.done += 1;
      Atomics.store(place, 0, index);
      Atomics.store(place, 1, each.done);
      Atomics.add(place, 2, 1);
      const wrong = await execute(each.target, inputOf(each.target, seed, each.done), seed, each.done);
      if (wrong !== undefined)
        parentPort?.postMessage({ target: each.target.name, number: each.done, wrong } satisfies Found);
    } while (performance.now() < until);
    parentPort?.postMessage({ target: each.target.name, done: each.done });
  }
  await new Promise((resolve) => setImmediate(resolve));
}
