import assert from 'node:assert/strict';
import type { RegionNode, TreeNode } from '../../../../src/state/clouds/clouds-tree.ts';
import { TreeChanges } from '../../../../src/state/clouds/tree-changes.ts';
import { placeNamed } from '../live-image.ts';
import { StoppedClock } from '../stopped-clock.ts';

function region(name: string): RegionNode {
  return { kind: 'region', id: name, place: placeNamed(name), insecure: false };
}

/** Changes, and the ids of what was told of, one list for each event. */
function world(): { clock: StoppedClock; changes: TreeChanges; told: (readonly string[] | 'all')[] } {
  const clock = new StoppedClock();
  const changes = new TreeChanges(clock);
  const told: (readonly string[] | 'all')[] = [];
  changes.onDidChange((nodes) => told.push(nodes?.map(({ id }) => id) ?? 'all'));
  return { clock, changes, told };
}

const [one, two] = [region('one'), region('two')];

describe('TreeChanges', () => {
  it('tells of what nobody asked for at most once a second, all together', () => {
    const { clock, changes, told } = world();
    for (let tick = 0; tick < 50; tick += 1) {
      changes.soon(one);
      changes.soon(two);
      clock.pass(200);
    }
    assert.ok(told.length >= 10 && told.length <= 12, String(told.length));
    assert.deepEqual(told.at(-1), ['one', 'two']);
  });

  it('never loses the last change', () => {
    const { clock, changes, told } = world();
    changes.soon(one);
    changes.soon(two);
    clock.pass(5000);
    assert.deepEqual(told, [['one'], ['two']]);
    assert.equal(clock.pending, 0);
  });

  it('tells at once of what the user asked for', () => {
    const { changes, told } = world();
    changes.soon(one);
    changes.now(two);
    changes.now();
    assert.deepEqual(told, [['one'], ['two'], 'all']);
  });

  it('tells of a node that nobody sees once it is seen', () => {
    const { clock, changes, told } = world();
    const hidden = new Set<TreeNode>([one]);
    changes.see((node) => !hidden.has(node));
    changes.soon(one);
    changes.soon(two);
    clock.pass(10_000);
    assert.deepEqual(told, [['two']]);
    hidden.clear();
    changes.see(() => true);
    assert.deepEqual(told, [['two'], ['one']]);
  });
});
