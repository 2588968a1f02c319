// Two machines, one cloud, and everything that can go wrong, at once: `node test/torture/run.ts --cloud sandbox|openstack
// [--minutes N] [--seed S] [--rounds N] [--apart] [--stop-at-first]`. Ends with 1 if anything was not as it has to be.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks/checks.ts';
import { cloudEntry } from './cloud/clouds.ts';
import { randomContent } from './contents.ts';
import { Foreign } from './others/foreign.ts';
import { History } from './history.ts';
import { Machine } from './machine/machine.ts';
import { readOptions } from './options.ts';
import { clearImages } from './others/outside-images.ts';
import { startCloud } from './cloud/power.ts';
import { Random } from '../host/random.ts';
import { round, type Stage } from './round.ts';
import { Slot, type Surroundings } from './slot.ts';
import { Web } from './cloud/web.ts';
import { Witness } from './checks/witness.ts';

const SLOTS = 4;
/** Rounds after which a definition makes room for another one. */
const LIFE = 8;
/** ms that an apply may take by its definition; a real Glance on a busy machine takes its time. */
const LIMITS = { sandbox: { create: 20_000, stall: 5000 }, openstack: { create: 40_000, stall: 8000 } };

const options = readOptions(process.argv.slice(2));
const history = new History(options);
const random = new Random(options.seed);
const stopping = new AbortController();
for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(word, () => stopping.abort());
const end = Date.now() + options.minutes * 60_000;
const folder = await mkdtemp(join(tmpdir(), 'glance-images-torture-'));
const closing: (() => Promise<unknown>)[] = [
  () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }),
];
let rounds = 0;
let bad = 0;
try {
  await torture();
} finally {
  for (const close of closing.toReversed()) await close().catch((error: unknown) => console.error(error));
}
await report();

async function torture(): Promise<void> {
  const cloud = await startCloud(options.cloud, join(folder, 'cloud'));
  closing.push(() => cloud.stop());
  const entry = await cloudEntry(cloud.cloudsFile, cloud.cloud);
  const witness = await Witness.logIn(entry);
  const other = await Witness.logIn(await cloudEntry(cloud.cloudsFile, cloud.otherCloud));
  const web = await Web.start(cloud.webPort);
  closing.push(() => web.stop());
  const project = join(folder, 'project');
  await mkdir(project);
  const machine = async (name: string): Promise<Machine> => {
    const own = join(folder, name);
    const home = options.twins ? join(folder, 'home') : join(folder, `home-${name}`);
    const started = await Machine.start({ name, folder: own, home, project, entry, ports: witness.ports });
    closing.push(() => started.stop());
    return started;
  };
  const machines = [await machine('one'), await machine('two')] as const;
  const limits = LIMITS[options.cloud];
  const timeouts = { create: `${String(limits.create / 1000)}s`, stall: `${String(limits.stall / 1000)}s` };
  const around: Surroundings = { project, web, regions: cloud.regions, member: other.project, timeouts };
  const checks = new Checks(witness, history, cloud.regions);
  const { signal } = stopping;
  const stage: Stage = { machines, cloud, witness, web, history, checks, project, limits, signal };
  const slots: { slot: Slot; foreign: Foreign; since: number }[] = [];
  closing.push(() => Promise.all(slots.map(retire)));
  const apart = machines.every(({ isolated }) => isolated);
  console.log(
    `${options.cloud}, seed ${options.seed}, two machines ${apart ? (options.twins ? 'with process namespaces of their own, one host name and home path' : 'with process namespaces and homes of their own') : 'with homes of their own'}`,
  );

  async function retire({ slot, foreign }: (typeof slots)[number]): Promise<void> {
    await clearImages(slot, cloud.regions, witness);
    await foreign.clear();
  }
  async function add(number: number, own: Random): Promise<void> {
    const slot = new Slot(number, options.seed, own, around);
    const foreign = new Foreign();
    slots.push({ slot, foreign, since: rounds });
    const region = own.pick(slot.regions);
    await foreign.plant(slot, region, witness, other, own);
    if (own.chance(0.15) && slot.definition.image_id === undefined) {
      const content = randomContent(own, 'raw', 'none');
      slot.accept(content);
      slot.definition = { ...slot.definition, disk_format: 'raw' };
      const body = { name: slot.name, container_format: 'bare', disk_format: 'raw' };
      await witness.create(region, body, content.stored);
    }
    await slot.write();
  }

  for (let made = 0; Date.now() < end && rounds < options.rounds && !signal.aborted;) {
    rounds += 1;
    history.begin(rounds);
    const own = random.fork(`round ${String(rounds)}`);
    for (const old of slots.filter(({ since }) => rounds - since >= LIFE)) {
      await retire(old);
      slots.splice(slots.indexOf(old), 1);
    }
    while (slots.length < SLOTS) await add((made += 1), own.fork(`slot ${String(made)}`));
    const chosen = own.some(slots, 2);
    for (const { slot } of chosen) {
      if (own.chance(0.6)) history.note(slot.refill(own));
      for (let left = own.int(0, 3); left > 0; left -= 1) history.note(slot.mutate(own));
      if (own.chance(0.05)) history.note(slot.empty());
      await slot.write();
    }
    await round(
      chosen.map(({ slot }) => slot),
      stage,
      own,
    );
    for (const { foreign } of chosen) await foreign.check(history);
    if (history.found === 0) continue;
    bad += 1;
    if (options.stopAtFirst) return;
    // What went wrong once would go wrong in each round from now on.
    for (const old of chosen) {
      await retire(old);
      slots.splice(slots.indexOf(old), 1);
    }
  }
}

async function report(): Promise<void> {
  console.log(`\n${String(rounds)} rounds`);
  for (const [action, count] of [...history.counts].sort()) console.log(`  ${action}: ${String(count)}`);
  for (const headline of history.headlines) console.log(`  VIOLATION ${headline}`);
  console.log(`${String(history.violations)} violations`);
  const file = process.env.GLANCE_IMAGES_TEST_COUNTS;
  if (file !== undefined) {
    const failures = history.headlines;
    await writeFile(file, JSON.stringify({ passed: rounds - bad, failed: bad, skipped: 0, failures }));
  }
  process.exitCode = history.violations === 0 && rounds > 0 ? 0 : 1;
}
