import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import process from 'node:process';
import { ProcessNames, type ProcessFacts } from '../../../../src/node/processes/process-names.ts';
import { ProcessRuns } from '../../../../src/node/processes/process-runs.ts';
import { isRunning, startInStat, startOf, type MachineFacts } from '../../../../src/node/processes/this-machine.ts';

const machine: MachineFacts = { installation: 'id-1', boot: 'boot-1', namespace: 'pid:[1]', outermost: true };

/** A process on a machine, among these processes by id and start. */
function seen(
  facts: Partial<MachineFacts> = {},
  processes: Readonly<Record<number, string | undefined>> = { 10: 'start-10', 20: 'start-20' },
  processId = 10,
): ProcessNames {
  const all: ProcessFacts = {
    processId,
    machine: () => ({ ...machine, ...facts }),
    startOf: (id) => processes[id],
    isRunning: (id) => Object.hasOwn(processes, id),
  };
  return new ProcessNames(all);
}

const both = { 10: 'start-10', 20: 'start-20' };
const other = seen({}, both, 20).own();

describe('the name of a process', () => {
  it('tells this very process from another one of the machine that runs', () => {
    assert.equal(seen().state(seen().own()), 'own');
    assert.equal(seen().state(other), 'alive');
  });

  it('is that of a dead one where its id is free, or belongs to another program by now', () => {
    assert.equal(seen({}, { 10: 'start-10' }).state(other), 'dead');
    assert.equal(seen({}, { 10: 'start-10', 20: 'later' }).state(other), 'dead');
    const before = seen({}, { 10: 'earlier' }).own();
    assert.equal(seen().state(before), 'dead', 'it had the id that this process has now');
  });

  it('is unknown in another process namespace, whatever the two machines share', () => {
    assert.equal(seen({ namespace: 'pid:[2]' }).state(other), 'unknown');
    assert.equal(seen({ namespace: 'pid:[2]', boot: 'boot-2' }).state(other), 'unknown');
  });

  it('is that of a dead one where the machine has started anew, but not where that may be another machine', () => {
    assert.equal(seen({ boot: 'boot-2' }).state(other), 'dead');
    assert.equal(seen({ boot: 'boot-2', installation: 'id-2' }).state(other), 'unknown');
    assert.equal(seen({ boot: 'boot-2', outermost: false }).state(other), 'unknown', 'containers of one image');
    const nameless = { installation: '' };
    assert.equal(seen({ ...nameless, boot: 'boot-2' }).state(seen(nameless, both, 20).own()), 'unknown');
  });

  it('is unknown where the platform does not tell what it would need', () => {
    assert.equal(seen({}, { 10: undefined, 20: undefined }).state(other), 'unknown');
    for (const untold of [{ boot: '' }, { namespace: '' }])
      assert.equal(seen(untold).state(seen(untold, both, 20).own()), 'unknown', JSON.stringify(untold));
  });

  it('is unknown in the form of earlier releases, and where it is damaged', () => {
    for (const name of ['0123456789ab.20', '0123456789ab.20.c0ffee', '', '....', 'x'.repeat(1000)])
      assert.equal(seen().state(name), 'unknown', name);
  });

  it('holds nothing that can be read of the machine', () => {
    const name = seen({
      installation: 'machine-id-of-mine',
      boot: 'boot-id-of-mine',
      namespace: 'pid:[4026531836]',
    }).own();
    assert.match(name, /^[0-9a-f]{12}\.[0-9a-f]{12}\.[0-9a-f]{12}\.10\.[0-9a-f]{12}$/);
    assert.doesNotMatch(name, /of-mine|4026531836/);
  });

  it('is judged rightly of a real process, before and after its end', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const names = new ProcessNames();
    const parts = names.own().split('.');
    const facts = new ProcessNames({
      ...{ processId: child.pid ?? 0, isRunning: () => true, startOf },
      machine: () => ({ ...machine }),
    });
    const [, , , id = '', start = ''] = facts.own().split('.');
    const name = [...parts.slice(0, 3), id, start].join('.');
    assert.equal(names.state(name), process.platform === 'win32' ? 'unknown' : 'alive');
    child.kill();
    await once(child, 'exit');
    assert.equal(names.state(name), 'dead');
  });
});

describe('a process', () => {
  it('that was killed does not run, though its parent never asks how it ended', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell becomes a program that knows of no child. The child ends after that: the shell would ask how it ended.
    const script = '(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const child = Number(line.toString());
      while (isRunning(child)) await setImmediate();
      assert.doesNotThrow(() => process.kill(child, 0), 'it is still in the list of processes');
    } finally {
      parent.kill();
    }
  });
});

describe('the start of a process', () => {
  it('is field 22, whatever the program is called', () => {
    const stat = `7 (a) b (c) S ${Array.from({ length: 40 }, (_, index) => String(index + 4)).join(' ')}`;
    assert.equal(startInStat(stat), '22');
    assert.equal(startInStat(''), undefined);
  });
});

describe('a run', () => {
  it('of this process is its own until it ends, and dead afterwards', () => {
    const runs = new ProcessRuns();
    const run = runs.begin();
    assert.equal(runs.state(run), 'own');
    assert.equal(new ProcessRuns().state(run), 'own', 'for a second engine, too');
    runs.end(run);
    assert.equal(runs.state(run), 'dead');
    assert.equal(runs.state('0123456789ab.1.c0ffee'), 'unknown', 'of an earlier release');
  });
});
