import { Chaos } from './cloud/chaos.ts';
import type { Checks } from './checks/checks.ts';
import type { Client, Outcome } from './machine/client.ts';
import { duelCommand, randomCommand } from './machine/commands.ts';
import type { History } from './history.ts';
import { dishonesty, entriesOf, type Entry } from './checks/honesty.ts';
import type { Machine } from './machine/machine.ts';
import { ofKey } from './checks/marks.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha512 } from './others/outside-files.ts';
import type { PoweredCloud } from './cloud/power.ts';
import type { Random } from '../host/random.ts';
import type { Slot } from './slot.ts';
import type { Web } from './cloud/web.ts';
import type { Witness } from './checks/witness.ts';

/** What rounds work with. */
export interface Stage {
  readonly machines: readonly [Machine, Machine];
  readonly cloud: PoweredCloud;
  readonly witness: Witness;
  readonly web: Web;
  readonly history: History;
  readonly checks: Checks;
  readonly project: string;
  /** ms that definitions allow an apply, and one without progress. */
  readonly limits: { readonly create: number; readonly stall: number };
  readonly signal: AbortSignal;
}

/** ms beyond the limits of a definition after which a client that was not asleep hangs. */
const GRACE = 60_000;
/** ms between two tries of a calm apply. */
const RETRY = 2000;

/** Both machines at work while chaos reigns, then what has to hold, then calm, then what has to hold after that. */
export async function round(slots: readonly Slot[], stage: Stage, random: Random): Promise<void> {
  await disorder(slots, stage, random);
  if (stage.signal.aborted) return;
  await repair(slots, stage);
  await stage.checks.whatever(slots);
  await settle(slots, stage, random);
}

async function disorder(slots: readonly Slot[], stage: Stage, random: Random): Promise<void> {
  const { machines, history, cloud, witness, web, limits } = stage;
  const clients = new Set<Client>();
  const longestSleep = limits.create + 2000;
  const duel = random.chance(0.35);
  if (duel) history.did('duels');
  const chaos = new Chaos(
    { slots, machines, clients, cloud, witness, web, history, longestSleep, duel },
    random.fork('chaos'),
  );
  // Slow enough that there is something to hit.
  for (const way of machines.flatMap(({ ways }) => ways)) way.slow(random.pick(duel ? [20, 80] : [0, 5, 20, 80]));
  chaos.start();
  try {
    await Promise.all(
      machines.map(async (machine) => {
        const own = random.fork(machine.name);
        for (let left = own.int(1, duel ? 3 : 4); left > 0 && !stage.signal.aborted; left -= 1) {
          await runOne(machine, duel ? duelCommand(slots, own) : randomCommand(slots, own), slots, clients, stage);
          // What the other one left can be recovered once its time has passed.
          if (duel) await pause(own.pick([0, 1000, 3000, limits.create + 1000]));
        }
      }),
    );
  } finally {
    await chaos.stop();
  }
}

async function runOne(
  machine: Machine,
  words: readonly string[],
  slots: readonly Slot[],
  clients: Set<Client>,
  stage: Stage,
): Promise<void> {
  const named = slots.filter(({ file }) => words.includes(file));
  // A command that is killed may have been carried out all the same.
  if (words[0] === 'delete')
    for (const slot of named) for (const region of stage.cloud.regions) slot.robbed.add(region);
  if (words[0] === 'rollback') for (const slot of named) slot.rolledBack = true;
  const client = machine.run(words);
  stage.history.did(`${words[0] ?? ''} runs`, `${machine.name}: ${words.join(' ')}`);
  clients.add(client);
  const outcome = await ended(client, stage);
  clients.delete(client);
  stage.history.note(
    `${machine.name}: ${words[0] ?? ''} ended with ${String(outcome.code)}${inShort(client, outcome)}`,
  );
  const violations = stage.signal.aborted ? [] : dishonesty(client, outcome);
  for (const violation of violations) await stage.history.violation(violation);
  if (words[0] === 'apply' && violations.length === 0) believe(outcome, slots);
  if (words[0] === 'download' && outcome.code === 0) await checkDownload(words, slots, stage);
}

/** What an apply says to be done serves from then on. */
function believe(outcome: Outcome, slots: readonly Slot[]): void {
  for (const { key, region, status, image_id: id } of entriesOf(outcome)) {
    const slot = slots.find((each) => each.key === key);
    if (id !== null && ['done', 'unchanged', 'unverified'].includes(status ?? '')) slot?.served.set(region, { id });
  }
}

async function ended(client: Client, { limits, history, signal }: Stage): Promise<Outcome> {
  for (let waited = 0; ; waited += 1000) {
    const outcome = await Promise.race([client.ended, pause(1000)]);
    if (outcome !== undefined) return outcome;
    const hangs = waited > client.slept + limits.create + limits.stall + GRACE;
    if (!hangs && !signal.aborted) continue;
    await client.signal('SIGCONT');
    await client.signal('SIGKILL');
    const killed = await client.ended;
    const evidence = `${killed.stdout}\n${killed.stderr}`;
    const text = `${client.words.join(' ')} did not end within ${String(waited / 1000)} s`;
    if (hangs) await history.violation({ kind: 'client hangs', text, evidence });
    return killed;
  }
}

async function checkDownload(
  words: readonly string[],
  slots: readonly Slot[],
  { project, history }: Stage,
): Promise<void> {
  const file = words[words.indexOf('-o') + 1] ?? '';
  const digest = sha512(await readFile(join(project, file)));
  if (slots.some(({ accepted }) => accepted.has(digest))) return;
  await history.violation({
    kind: 'download not as it was',
    text: `${words.join(' ')} ended with 0 and wrote other bytes`,
  });
}

/** Takes back what nobody but the one who did it can know to be wrong: half a source, an image that is deactivated. */
async function repair(slots: readonly Slot[], { witness, cloud }: Stage): Promise<void> {
  for (const slot of slots) {
    await slot.write();
    for (const region of cloud.regions) {
      for (const image of ofKey(await witness.images(region), slot.key)) {
        if (image.status === 'deactivated') await witness.act(region, image.id, 'reactivate');
      }
    }
  }
}

/** Applies in calm until there is nothing left to do, as a user does who follows what is said, and looks from the other machine. */
async function settle(slots: readonly Slot[], stage: Stage, random: Random): Promise<void> {
  const { machines, history, checks } = stage;
  const [one, two] = machines;
  const [first, second] = random.chance(0.5) ? [one, two] : [two, one];
  for (const slot of slots.filter(({ emptied }) => emptied)) await refuseEmpty(slot, first, stage, random);
  const files = slots.map(({ file }) => file);
  const outcome = await calmApply(files, first, stage);
  if (stage.signal.aborted) return;
  if (outcome.code !== 0 && !(outcome.code === 3 && slots.some(({ isFetchedByGlance }) => isFetchedByGlance))) {
    const text = `${first.name}: apply ${files.join(' ')} ends with ${String(outcome.code)}${codesOf(outcome)}`;
    await history.violation({ kind: 'calm apply fails', text, evidence: `${outcome.stdout}\n${outcome.stderr}` });
    return;
  }
  const plan = second.run(['plan', ...files, '--fetch', '--detailed-exitcode', '--json']);
  const planned = await ended(plan, stage);
  for (const violation of dishonesty(plan, planned)) await history.violation(violation);
  // Its marks may still be incomplete (`adopt`): nothing of it would change.
  if (planned.code !== 0 && !isOver(stage)) {
    const text = `${first.name} applied ${files.join(' ')} with ${String(outcome.code)}; ${second.name} plans with ${String(planned.code)}${codesOf(planned)}`;
    await history.violation({
      kind: 'not none after an apply',
      text,
      evidence: `${planned.stdout}\n${planned.stderr}`,
    });
  }
  await checks.calm(slots);
}

/** A source without bytes is refused by name, and nothing is touched. */
async function refuseEmpty(slot: Slot, machine: Machine, stage: Stage, random: Random): Promise<void> {
  const outcome = await ended(machine.run(['apply', slot.file, '--auto-approve', '--json']), stage);
  const codes = entriesOf(outcome).flatMap(({ error }) => (error == null ? [] : [error.code]));
  if (outcome.code !== 1 || codes.length === 0) {
    const text = `${slot.file} has a source of 0 bytes, and an apply ends with ${String(outcome.code)}`;
    await stage.history.violation({
      kind: 'empty source taken',
      text,
      evidence: `${outcome.stdout}\n${outcome.stderr}`,
    });
  }
  await stage.checks.whatever([slot]);
  slot.refill(random);
  await slot.write();
}

async function calmApply(files: readonly string[], machine: Machine, stage: Stage): Promise<Outcome> {
  const consents = new Set<string>();
  const until = Date.now() + 2 * stage.limits.create + GRACE / 2;
  for (;;) {
    const client = machine.run(['apply', ...files, '--auto-approve', '--json', ...consents]);
    stage.history.did('calm applies', `${machine.name}: ${client.words.join(' ')}`);
    const outcome = await ended(client, stage);
    stage.history.note(`calm apply ended with ${String(outcome.code)}${inShort(client, outcome)}`);
    for (const violation of dishonesty(client, outcome)) await stage.history.violation(violation);
    if (outcome.code === 0 || outcome.code === 3 || Date.now() > until || stage.signal.aborted) return outcome;
    const text = `${outcome.stdout}${outcome.stderr}`;
    if (text.includes('--recover-stuck')) consents.add('--recover-stuck');
    if (text.includes('--adopt')) consents.add('--adopt');
    await pause(RETRY);
  }
}

function inShort(client: Client, outcome: Outcome): string {
  const slept = client.slept === 0 ? '' : `, slept ${String(client.slept)} ms`;
  try {
    return `${client.killed ? ', killed' : ''}${slept}${codesOf(outcome)}`;
  } catch {
    return slept;
  }
}

function codesOf(outcome: Outcome): string {
  const words = entriesOf(outcome).map(
    ({ key, region, action, status, error, image_id: id, problems }: Entry) =>
      `${key ?? ''} ${region} ${[action, status, id, error?.code, ...(problems ?? []).map(({ code }) => code)].filter((word) => word != null).join(' ')}`,
  );
  return words.length === 0 ? '' : `: ${words.join('; ')}`;
}

/** Whether the program was told to end, which ends its clients, too. */
function isOver({ signal }: Stage): boolean {
  return signal.aborted;
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
