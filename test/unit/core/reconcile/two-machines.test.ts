import assert from 'node:assert/strict';
import type { DefinitionArguments } from '../../../../src/core/definition/definition.ts';
import { Turns } from './turns.ts';
import { definition, World } from './world.ts';
import type { ApplyResult } from '../../../../src/core/reconcile/model/result.ts';

const path = '/images/ubuntu.qcow2';
const bytes = Buffer.from('the bytes');
const otherBytes = Buffer.from('other bytes');

/** More requests than an apply sends here. */
const LONGEST = 16;

/** What two machines are at, and what each thinks of the other. */
interface Scenario {
  readonly extra: Partial<DefinitionArguments>;
  /** Whether there is an image to be replaced. */
  readonly replaces: boolean;
  /** Whether the second machine's file has other bytes. */
  readonly differs: boolean;
  /** `dead`: the second machine is wrong about the first; `recovers`: it was told that the first one is stuck. */
  readonly opinion: 'dead' | 'recovers';
  /** What the first machine finds when it goes on after the second one had its turn. */
  readonly wakes: 'well' | 'cancelled' | 'after its time';
}

const scenarios: readonly Scenario[] = [false, true].flatMap((replaces) =>
  [false, true].flatMap((differs) =>
    (['dead', 'recovers'] as const).flatMap((opinion) =>
      (['well', 'cancelled', 'after its time'] as const).map((wakes) => {
        const extra = replaces ? { on_replace: 'delete' as const } : {};
        return { extra, replaces, differs, opinion, wakes };
      }),
    ),
  ),
);

/** One order of the requests of two applies. Returns how the applies ended. */
async function interleave(scenario: Scenario, lengths: readonly number[]): Promise<readonly ApplyResult[]> {
  const { extra, replaces, differs, opinion, wakes } = scenario;
  const wanted = definition(extra);
  const first = new World(['RegionOne'], undefined, 'first');
  const second = new World(['RegionOne'], first, 'second');
  const glance = first.glance();
  const cancel = new AbortController();
  let old: string | undefined;
  if (replaces) {
    first.files.write(path, Buffer.from('the old bytes'));
    old = (await first.planAndApply(wanted)).imageId;
  }
  first.files.write(path, bytes);
  second.files.write(path, differs ? otherBytes : bytes);
  if (opinion === 'recovers') {
    for (const count of [1, 2]) second.runs.elsewhere.add(`first-${String(count)}`);
    second.recoverStuck = true;
    second.now = new Date(second.now.getTime() + 1000 * 3_600_000);
  }
  const served = new Set<string>();
  // Not thrown: the engine would take that for a failure of the request.
  const violations: string[] = [];
  const deleted = new Set<string>();
  glance.before = ({ method, id }) => {
    const visible = glance.visible('Ubuntu');
    for (const image of visible) served.add(image.id);
    if (replaces && !visible.some(isWhole)) violations.push('no image serves');
    if (method !== 'delete' || id === undefined || !served.has(id)) return;
    deleted.add(id);
    if (!visible.some((image) => image.id !== id && isWhole(image)))
      violations.push('an image that served is deleted while no other serves');
  };
  const turns = new Turns(lengths, (to) => {
    if (to !== 0) return;
    if (wakes === 'cancelled') cancel.abort();
    if (wakes === 'after its time') for (const ring of first.timers.values()) ring();
  });
  first.seen = (images) => turns.through(0, images);
  second.seen = (images) => turns.through(1, images);
  const run = async (world: World, machine: 0 | 1): Promise<readonly ApplyResult[]> => {
    try {
      const signal = machine === 0 ? { signal: cancel.signal } : {};
      return await world.apply(await world.plan(wanted), signal);
    } finally {
      turns.end(machine);
    }
  };
  const results = (await Promise.all([run(first, 0), run(second, 1)])).flat();
  assert.deepEqual(violations, []);
  for (const image of glance.visible('Ubuntu')) served.add(image.id);
  for (const id of served) assert.ok(deleted.has(id) || glance.images.has(id), `${id}, which served, is gone`);
  const planned = results.filter(({ plan }) => plan.action === 'replace').map(({ plan: { live } }) => live?.id);
  for (const id of deleted) assert.ok(id === old || planned.includes(id), `${id}, which served, was not to be deleted`);
  const ends = results.map(({ status }) => status);
  if (replaces || ends.includes('done')) assert.ok(glance.visible('Ubuntu').some(isWhole), 'no image serves');
  for (const { left } of results) {
    if (left?.kind === 'deleted') assert.ok(!glance.images.has(left.id), 'what is said to be deleted is there');
  }
  await calmDown(second, wanted.arguments.name);
  return results;
}

/** Whoever applies next, alone, comes to one image that is as it should be. */
async function calmDown(world: World, name: string): Promise<void> {
  world.seen = (images) => images;
  world.glance().before = () => undefined;
  world.runs.elsewhere.clear();
  const wanted = definition({ name });
  const [result] = await world.apply(await world.plan(wanted), { confirmAgain: () => Promise.resolve(true) });
  assert.equal(result?.error, undefined, JSON.stringify(result?.error));
  assert.equal((await world.planOne(wanted)).action, 'none');
  assert.equal(world.glance().visible(name).filter(isWhole).length, 1);
}

function isWhole({ status, size }: { readonly status: string; readonly size: number | null }): boolean {
  return status === 'active' && size !== null;
}

describe('two machines that apply the same definition at once', function () {
  // Thousands of orders each.
  this.timeout(300_000);
  const { setTimeout: slow } = globalThis;

  before('have nobody wait for real between two looks', () => {
    globalThis.setTimeout = ((work: () => void) => setImmediate(work)) as unknown as typeof slow;
  });

  after(() => {
    globalThis.setTimeout = slow;
  });

  for (const scenario of scenarios) {
    it(`lose nothing, in every order with three switches (${JSON.stringify(scenario)})`, async () => {
      const ended = new Set<string>();
      for (let one = 0; one < LONGEST; one += 1)
        for (let two = 1; two <= LONGEST; two += 1)
          for (const three of [2, 5]) {
            const order = [one, two, three];
            const results = await interleave(scenario, order).catch((error: unknown) => {
              throw new Error(`order ${JSON.stringify(order)}`, { cause: error });
            });
            ended.add(results.map(({ status }) => status).join(' '));
          }
      assert.ok(ended.size > 1, 'every order ended alike: nothing met');
    });
  }
});
