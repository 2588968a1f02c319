import assert from 'node:assert/strict';
import { describeBytes } from '../../../../../src/core/byte-count.ts';
import {
  describeChange,
  digestVerdict,
  nameInPlace,
  placedProblem,
  planConsequences,
  planHeadline,
  planKeyNote,
  planOrigin,
  planSummary,
  resultHeadline,
  resultProblem,
  resultSummary,
} from '../../../../../src/core/reconcile/words/describe.ts';
import { applyReport, planReport } from '../../../../../src/core/reconcile/words/report.ts';
import { Failure } from '../../../../../src/core/failure.ts';
import type { Change } from '../../../../../src/core/reconcile/model/plan.ts';
import { definition, place, World } from '../world.ts';
import type { ApplyResult } from '../../../../../src/core/reconcile/model/result.ts';
import { blockedPlan } from '../../../../../src/core/reconcile/planning/plan.ts';

const PATH = '/images/ubuntu.qcow2';

async function created(bytes: Buffer = Buffer.alloc(2048, 1)): Promise<{ world: World; result: ApplyResult }> {
  const world = new World();
  world.files.write(PATH, bytes);
  return { world, result: await world.planAndApply(definition()) };
}

function change(rest: Partial<Change>): Change {
  return { path: 'min_disk_gb', before: 10, after: 20, forcesReplacement: false, why: 'differs', ...rest };
}

describe('describing a plan', () => {
  it('says action, name, place, image, origin and what is sent', async () => {
    const world = new World();
    world.files.write(PATH, Buffer.alloc(314572800));
    const plan = await world.planOne(definition());
    assert.equal(planHeadline(plan), 'create: "Ubuntu" in test/RegionOne');
    assert.equal(planOrigin(plan), 'cloud test from environment, chosen by the test');
    assert.equal(planKeyNote(plan), undefined);
    assert.deepEqual(planConsequences(plan), [`314572800 bytes (300 MiB) to send from ${PATH}`]);
    assert.equal(planSummary([plan, plan]), '2 to create');
    assert.equal(planSummary([]), 'no definitions');
  });

  it('says of a replacement what forces it and what becomes of the old image', async () => {
    const { world, result } = await created();
    world.files.write(PATH, Buffer.alloc(4096, 2));
    const plan = await world.planOne(definition());
    const id = result.imageId ?? '';
    assert.equal(planHeadline(plan), `replace: "Ubuntu" in test/RegionOne, image ${id}`);
    assert.deepEqual(planConsequences(plan), [
      `once the new image is verified, the image ${id} is hidden but kept`,
      `4096 bytes (4 KiB) to send from ${PATH}`,
    ]);
    const data = plan.changes.find(({ path }) => path === 'data');
    assert.ok(data);
    assert.match(
      describeChange(data),
      /^~ data: 2048 bytes \(2 KiB\), md5 [0-9a-f]{32} → 4096 bytes \(4 KiB\).* \(the bytes differ\), forces replacement$/,
    );
  });

  it('writes values as JSON, so that a value can not pass for words', () => {
    assert.equal(describeChange(change({})), '~ min_disk_gb: 10 → 20');
    assert.equal(
      describeChange(change({ before: undefined, after: ['a', 'b\n- c'] })),
      '+ min_disk_gb: ["a","b\\n- c"]',
    );
    const removed = change({ path: 'properties/x', before: 'y', after: undefined, why: 'left the definition' });
    assert.equal(describeChange(removed), '- properties/x: "y" (left the definition)');
    assert.equal(
      describeChange(change({ path: 'disk_format', before: 'raw', after: 'qcow2', forcesReplacement: true })),
      '~ disk_format: "raw" → "qcow2", forces replacement',
    );
  });

  it('has words for what has no name, no place, no cloud', () => {
    assert.equal(nameInPlace(null, place('RegionOne')), '(no name) in test/RegionOne');
    assert.equal(nameInPlace('x', { ...place(''), cloud: '' }), '"x"');
    const plan = blockedPlan('1', definition(), new Failure('no-clouds', 'No cloud.'));
    assert.equal(planHeadline(plan), 'blocked: "Ubuntu"');
    assert.equal(planOrigin(plan), 'no cloud could be chosen');
    const [problem] = plan.problems;
    assert.ok(problem);
    assert.equal(placedProblem(plan, problem).message, 'No cloud.');
  });

  it('puts the place before a problem of one region', async () => {
    const plan = await new World().planOne(definition());
    const [problem] = plan.problems;
    assert.ok(problem);
    assert.match(placedProblem(plan, problem).message, /^test\/RegionOne: The file /);
  });

  it('counts bytes exactly, and for people from 1 KiB on', () => {
    assert.equal(describeBytes(0), '0 bytes');
    assert.equal(describeBytes(1), '1 byte');
    assert.equal(describeBytes(1023), '1023 bytes');
    assert.equal(describeBytes(1024), '1024 bytes (1 KiB)');
    assert.equal(describeBytes(314572800), '314572800 bytes (300 MiB)');
  });
});

describe('describing a result', () => {
  it('says what was done, and that nothing differs', async () => {
    const { world, result } = await created();
    assert.equal(resultHeadline(result), `done: "Ubuntu" in test/RegionOne, image ${result.imageId ?? ''}`);
    const again = await world.planAndApply(definition());
    assert.equal(resultHeadline(again), `no changes: "Ubuntu" in test/RegionOne, image ${result.imageId ?? ''}`);
    assert.equal(resultSummary([result, again, again]), '1 done, 2 unchanged');
    assert.equal(resultProblem(result), undefined);
  });

  it('explains a failure at its definition, with status, request id and what to do next', async () => {
    const { result } = await created();
    const error = { code: 'forbidden', message: 'No.', next: 'Ask.', status: 403, requestId: 'req-1' } as const;
    const failed: ApplyResult = { ...result, status: 'failed', error };
    const problem = resultProblem(failed);
    assert.deepEqual(
      [problem?.severity, problem?.code, problem?.message, problem?.line],
      ['error', 'forbidden', '"Ubuntu" in test/RegionOne: No. (HTTP 403, req-1) Ask.', 1],
    );
    assert.equal(resultProblem({ ...failed, status: 'cancelled' })?.severity, 'warning');
    const { results } = applyReport([failed]) as { results: { error: object }[] };
    assert.deepEqual(results[0]?.error, {
      code: 'forbidden',
      message: 'No.',
      next: 'Ask.',
      status: 403,
      request_id: 'req-1',
    });
  });

  it('compares digests without regard to case, and calls what is missing not verified', () => {
    assert.equal(digestVerdict({ algorithm: 'md5', here: 'AB', cloud: 'ab' }, false), 'match');
    assert.equal(digestVerdict({ algorithm: 'md5', here: 'ab', cloud: 'cd' }, true), 'MISMATCH');
    assert.equal(digestVerdict({ algorithm: 'md5', here: 'ab', cloud: null }, true), 'not verified');
    const reported = { algorithm: 'md5', here: null, cloud: 'ab' };
    assert.equal(digestVerdict(reported, false), 'not verified');
    assert.equal(digestVerdict(reported, true), 'reported by the cloud for proven bytes');
  });

  it('reports what is absent as null, never as nothing', async () => {
    const plan = await new World().planOne(definition());
    const { plans } = planReport([plan]) as { plans: Record<string, unknown>[] };
    assert.equal(plans[0]?.image_id, null);
    const text = JSON.stringify(planReport([{ ...plan, changes: [change({ after: undefined })] }]));
    assert.match(text, /"before":10,"after":null/);
  });
});
