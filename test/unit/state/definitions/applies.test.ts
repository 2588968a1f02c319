import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { Place } from '../../../../src/core/place.ts';
import { RunningApplies } from '../../../../src/state/definitions/applies.ts';

const one = (name: string): string => `{ "name": "${name}", "container_format": "bare", "disk_format": "raw" }`;

function place(region: string): Place {
  return { cloud: 'cloud', region, origin: '/clouds.yaml' };
}

function definitions(...names: readonly string[]): ReturnType<typeof parseDefinitions>['definitions'] {
  const parsed = parseDefinitions(`[${names.map(one).join(',')}]`, '/folder/images.image.jsonc').definitions;
  assert.equal(parsed.length, names.length);
  return parsed;
}

describe('RunningApplies', () => {
  it('refuses to apply a definition that is being applied, and takes it again afterwards', () => {
    const applies = new RunningApplies();
    const first = applies.begin(definitions('a', 'b'));
    assert.throws(
      () => applies.begin(definitions('b')),
      (error) => Failure.is(error, 'apply-running') && error.message.includes('"b"'),
    );
    applies.begin(definitions('c')).end();
    first.end();
    applies.begin(definitions('b')).end();
    assert.deepEqual(applies.running, []);
  });

  it('cancels one region and leaves the others, and other definitions, alone', () => {
    const applies = new RunningApplies();
    const [a, b] = definitions('a', 'b');
    assert.ok(a && b);
    const apply = applies.begin([a, b]);
    const [one, two] = [place('one'), place('two')].map((where) => apply.signalOf({ definition: a, place: where }));
    assert.equal(applies.cancel({ definition: a, place: place('one') }), true);
    assert.deepEqual([one?.aborted, two?.aborted], [true, false]);
    assert.equal(apply.signalOf({ definition: b, place: place('one') }).aborted, false);
    assert.equal(apply.signal.aborted, false);
  });

  it('cancels everything of an apply', () => {
    const apply = new RunningApplies().begin(definitions('a', 'b'));
    apply.cancel();
    assert.equal(apply.signal.aborted, true);
  });

  it('has nothing to cancel where nothing runs, and tells when that changes', () => {
    const applies = new RunningApplies();
    const told: boolean[] = [];
    applies.onDidChange((running) => told.push(running));
    const [a] = definitions('a');
    assert.ok(a);
    assert.equal(applies.cancel({ definition: a, place: place('one') }), false);
    applies.begin([a]).end();
    assert.deepEqual(told, [true, false]);
  });
});
