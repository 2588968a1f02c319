// Every parser of text from outside, fed with what it does not expect: `node test/fuzz/run.ts [--seconds N] [--seed S] [--target NAME]
// [--number N]`. The last repeats one execution. Ends with 1 if a parser threw, hung, or let something through.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { OUT } from '../host/folders.ts';
import { vsixUnderTest } from '../host/vsix.ts';
import { execute, inputOf } from './execute.ts';
import { TARGETS } from './targets/all.ts';
import type { Found, FuzzWork } from './worker.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '12' },
    target: { type: 'string', default: '' },
    number: { type: 'string' },
  },
});
/** ms without a new execution after which one hangs. The longest inputs take a few hundred on a slow machine. */
const HANGING = 10_000;
/** Findings of one target after which it has had its say. */
const FINDINGS_AT_MOST = 5;

// Workers begin anew where one hangs: they share one VSIX.
process.env.GLANCE_IMAGES_PRODUCT = vsixUnderTest();
const chosen = TARGETS.filter(({ name }) => name.startsWith(values.target));
const done = new Map(chosen.map(({ name }) => [name, 0]));
const findings = new Map<string, Found>();
const silenced = new Set<string>();
let end = Date.now() + Number(values.seconds) * 1000;

if (values.number !== undefined) await repeat(Number(values.number));
else {
  while (Date.now() < end && silenced.size < chosen.length) await fuzz();
  await report();
}

/** One worker, until the time is over, or it hangs. */
async function fuzz(): Promise<void> {
  const left = chosen.filter(({ name }) => !silenced.has(name));
  const work: FuzzWork = {
    seed: values.seed,
    targets: left.map(({ name }) => [name, done.get(name) ?? 0]),
    at: new SharedArrayBuffer(12),
  };
  const place = new Int32Array(work.at);
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: work });
  const over = Promise.withResolvers<undefined>();
  worker.on('message', (message: Found | { readonly target: string; readonly done: number }) => {
    if ('wrong' in message) found(message);
    else done.set(message.target, message.done);
    if (silenced.has(message.target)) over.resolve(undefined);
  });
  worker.on('error', (error) => {
    hung(`the worker broke: ${String(error)}`);
    over.resolve(undefined);
  });
  const hung = (wrong: string): void => {
    const target = left[Atomics.load(place, 0)]?.name ?? '';
    const number = Atomics.load(place, 1);
    done.set(target, number);
    silenced.add(target);
    // The others get the time that it took.
    end += HANGING;
    found({ target, number, wrong });
  };
  let [last, since] = [-1, Date.now()];
  const watch = setInterval(() => {
    const now = Atomics.load(place, 2);
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > HANGING) hung('it hangs');
    if (Date.now() >= end || silenced.has(left[Atomics.load(place, 0)]?.name ?? '')) over.resolve(undefined);
  }, 200);
  await over.promise;
  clearInterval(watch);
  await worker.terminate();
}

/** Of the same fault, the first one counts. */
function found(finding: Found): void {
  const key = `${finding.target}: ${finding.wrong}`;
  if (findings.has(key)) return;
  findings.set(key, finding);
  console.log(
    `FOUND ${key}\n  again: node test/fuzz/run.ts --seed ${values.seed} --target '${finding.target}' --number ${String(finding.number)}`,
  );
  const own = [...findings.values()].filter(({ target }) => target === finding.target);
  if (own.length >= FINDINGS_AT_MOST) silenced.add(finding.target);
}

async function repeat(number: number): Promise<void> {
  const [target] = chosen;
  if (target === undefined) throw new Error(`No target begins with ${values.target}.`);
  const input = inputOf(target, values.seed, number);
  await mkdir(join(OUT, 'fuzz'), { recursive: true });
  const file = join(OUT, 'fuzz', 'input');
  await writeFile(file, input);
  console.log(`${target.name}, ${String(input.length)} bytes in ${file}`);
  const wrong = await execute(target, input, values.seed, number);
  console.log(wrong ?? 'All is well.');
  process.exitCode = wrong === undefined ? 0 : 1;
}

async function report(): Promise<void> {
  console.log('');
  for (const [name, count] of done) console.log(`  ${name}: ${String(count)}`);
  const failures = [...findings.keys()];
  const bad = new Set([...findings.values()].map(({ target }) => target));
  // A parser that was never run has not held.
  for (const [name, count] of done) {
    if (count > 0) continue;
    bad.add(name);
    failures.push(`${name}: it was not run`);
  }
  const sum = [...done.values()].reduce((total, count) => total + count, 0);
  for (const failure of failures) console.log(`FOUND ${failure}`);
  console.log(`${String(sum)} executions of ${String(chosen.length)} parsers, ${String(failures.length)} findings`);
  const file = process.env.GLANCE_IMAGES_TEST_COUNTS;
  const counts = { passed: chosen.length - bad.size, failed: bad.size, skipped: 0, failures };
  if (file !== undefined) await writeFile(file, JSON.stringify(counts));
  process.exitCode = bad.size === 0 && chosen.length > 0 ? 0 : 1;
}
