import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDefinitions } from '../../../src/core/definition/parse.ts';
import type { Log } from '../../../src/core/log.ts';
import { failedResult } from '../../../src/core/reconcile/applying/result.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Plan } from '../../../src/core/reconcile/model/plan.ts';
import { ProcessNames } from '../../../src/node/processes/process-names.ts';
import { forgetLeft, Journal, leftRuns } from '../../../src/transfers/journal.ts';
import { fromWire, setupToWire, toWire } from '../../../src/transfers/wire.ts';

const warnings: string[] = [];
const log: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (text) => warnings.push(text),
  error: () => undefined,
};

const TEXT = `[
  { "name": "one", "container_format": "bare", "disk_format": "raw", "local_file_path": "secret-disk.raw" },
  { "name": "two", "container_format": "bare", "disk_format": "raw", "properties": { "a/b": "c" } }
]`;

function plans(): readonly Plan[] {
  return parseDefinitions(TEXT, '/space/a.image.jsonc').definitions.map((definition) => ({
    id: `plan-${definition.index}`,
    definition,
    place: { cloud: 'c', region: 'R', origin: '/clouds.yaml' },
    cloudChosenBy: 'OS_CLOUD',
    action: 'create',
    changes: [{ path: 'name', before: undefined, after: 'one', forcesReplacement: false, why: 'differs' }],
    bytes: 'none',
    bytesToSend: 10,
    problems: [],
    fingerprint: 'absent',
    unmanaged: [],
  }));
}

/** As if every process but this one had ended. */
const later = new ProcessNames({
  processId: process.pid + 1,
  machine: () => ({ installation: 'i', boot: 'b', namespace: 'n', outermost: true }),
  startOf: () => 'then',
  isRunning: () => false,
});
const dead = Object.assign(later, { state: () => 'dead' as const });

describe('the journal of a run', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-journal-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('says after a crash what was interrupted, and where, without an argument of a definition', async () => {
    const journal = await Journal.begin(folder, 'run', plans(), log);
    journal.record({ type: 'phase', plan: 'plan-0', phase: 'staging' });
    journal.record({ type: 'phase', plan: 'plan-0', phase: 'uploading', imageId: 'image' });
    await journal.end(false);
    const [run] = await leftRuns(folder, dead);
    assert.equal(run?.run, 'run');
    assert.deepEqual(
      run.plans.map(({ name, phase, imageId, ended }) => ({ name, phase, imageId, ended })),
      [
        { name: 'one', phase: 'uploading', imageId: 'image', ended: undefined },
        { name: 'two', phase: 'waiting', imageId: undefined, ended: undefined },
      ],
    );
    assert.doesNotMatch(await readFile(join(folder, 'runs', 'run.jsonl'), 'utf8'), /secret-disk/);
  });

  it('keeps the result of what ended with nobody there, until somebody was told', async () => {
    const journal = await Journal.begin(folder, 'run', plans(), log);
    const [plan] = plans();
    assert.ok(plan);
    const failure = new Failure('connection-lost', 'The connection was lost.', { requestId: 'req-1' });
    journal.record({ type: 'result', plan: plan.id, result: failedResult(plan, failure, undefined) });
    await journal.end(false);
    const [run] = await leftRuns(folder, dead);
    assert.equal(run?.plans[0]?.ended?.error?.requestId, 'req-1');
    await forgetLeft(folder, ({ ended }) => ended !== undefined);
    assert.equal(
      (await leftRuns(folder, dead))[0]?.plans.length,
      2,
      'of a process that is alive, nothing is forgotten',
    );
  });

  it('is gone once somebody was told how the run ended', async () => {
    const journal = await Journal.begin(folder, 'run', plans(), log);
    await journal.end(true);
    assert.deepEqual(await readdir(join(folder, 'runs')), []);
  });

  it('counts as far as it can be read', async () => {
    const journal = await Journal.begin(folder, 'run', plans(), log);
    journal.record({ type: 'phase', plan: 'plan-0', phase: 'uploading' });
    await journal.end(false);
    await appendFile(join(folder, 'runs', 'run.jsonl'), '{"type":"phase","at":1,"plan":"plan-0","pha');
    await writeFile(join(folder, 'runs', 'other.jsonl'), '\0\0\0');
    const runs = await leftRuns(folder, dead);
    assert.deepEqual(
      runs.map(({ plans: [first] }) => first?.phase),
      ['uploading'],
    );
  });

  it('costs itself, not the run, where it cannot be written', async () => {
    await writeFile(join(folder, 'runs'), 'no folder');
    warnings.length = 0;
    const journal = await Journal.begin(folder, 'run', plans(), log);
    journal.record({ type: 'phase', plan: 'plan-0', phase: 'staging' });
    await journal.end(true);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /can't be written/);
  });
});

describe('what travels to the transfer host', () => {
  it('gives the same plans there, with their definitions', () => {
    const arrived = fromWire(JSON.parse(JSON.stringify(toWire(plans()))) as ReturnType<typeof toWire>);
    assert.deepEqual(
      arrived.map(({ definition }) => definition),
      plans().map(({ definition }) => definition),
    );
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    assert.deepEqual(plain(arrived), plain(plans()));
  });

  it('is refused where a definition did not arrive', () => {
    const { plans: sent } = toWire(plans());
    assert.throws(() => fromWire({ texts: {}, plans: sent }), { code: 'transfer-host' });
  });

  it('holds no variable that an engine does not read', () => {
    const { environment, proxyEnvironment } = setupToWire({
      environment: { OS_CLOUD: 'c', GLANCE_IMAGES_A: 'a', ALLOWED: 'b', AWS_SECRET: 'no', https_proxy: 'no' },
      workspaceFolders: [],
      extraCloudsFiles: [],
      allowedEnvironment: ['ALLOWED'],
      userAgent: 'test',
      proxyEnvironment: { https_proxy: 'p', NO_PROXY: 'n', OS_PASSWORD: 'no' },
    });
    assert.deepEqual(environment, { OS_CLOUD: 'c', GLANCE_IMAGES_A: 'a', ALLOWED: 'b' });
    assert.deepEqual(proxyEnvironment, { https_proxy: 'p', NO_PROXY: 'n' });
  });
});
