import assert from 'node:assert/strict';
import { renderPlanSides } from '../../../../../src/core/reconcile/words/compare-text.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import type { Change, Plan } from '../../../../../src/core/reconcile/model/plan.ts';

const LIVE: LiveImage = {
  id: '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f',
  name: 'Ubuntu',
  status: 'active',
  visibility: 'private',
  owner: 'me',
  container_format: 'bare',
  disk_format: 'qcow2',
  size: 1,
  virtual_size: null,
  checksum: null,
  os_hash_algo: null,
  os_hash_value: null,
  min_disk: 3,
  min_ram: 0,
  protected: true,
  os_hidden: false,
  tags: ['b', 'a'],
  created_at: '',
  updated_at: '',
  properties: { os_distro: 'debian', foreign: 'x', old: 'y' },
  server: {},
};

function planOf(members: object, rest: Partial<Plan>): Plan {
  const text = JSON.stringify({ name: 'Ubuntu', container_format: 'bare', disk_format: 'qcow2', ...members });
  const [definition] = parseDefinitions(text, '/x.image.jsonc').definitions;
  assert.ok(definition);
  return {
    id: '1',
    definition,
    place: { cloud: 'devcloud', region: 'RegionOne', origin: 'environment' },
    cloudChosenBy: 'OS_CLOUD',
    action: 'update',
    imageId: LIVE.id,
    live: LIVE,
    changes: [],
    bytes: 'none',
    bytesToSend: 0,
    problems: [],
    fingerprint: '',
    unmanaged: [],
    ...rest,
  };
}

function change(path: string, before: Change['before'], after: Change['after'], forcesReplacement = false): Change {
  return { path, before, after, forcesReplacement, why: 'differs' };
}

describe('renderPlanSides', () => {
  it('shows live and desired with the managed fields only', () => {
    const changes = [
      change('min_disk_gb', 3, 5),
      change('protected', true, false),
      change('properties/os_distro', 'debian', 'ubuntu'),
      change('properties/old', 'y', undefined),
    ];
    const members = { min_disk_gb: 5, tags: ['a', 'b'], properties: { os_distro: 'ubuntu' } };
    const { left, right } = renderPlanSides(planOf(members, { changes, unmanaged: ['foreign'] }));
    const header = `// update: "Ubuntu" in devcloud/RegionOne
// cloud: OS_CLOUD
// image: 8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f
// left alone: foreign
`;
    assert.equal(
      left,
      `${header}{
  "name": "Ubuntu",
  "container_format": "bare",
  "disk_format": "qcow2",
  "min_disk_gb": 3,
  "protected": true,
  "tags": ["a", "b"],
  "properties": {
    "os_distro": "debian",
    "old": "y"
  }
}
`,
    );
    assert.equal(
      right,
      `${header}{
  "name": "Ubuntu",
  "container_format": "bare",
  "disk_format": "qcow2",
  "min_disk_gb": 5,
  "protected": false,
  "tags": ["a", "b"],
  "properties": {
    "os_distro": "ubuntu"
  }
}
`,
    );
  });

  it('shows two equal texts where nothing differs, however the cloud orders tags', () => {
    const { left, right } = renderPlanSides(
      planOf({ tags: ['a', 'b'], properties: { os_distro: 'debian' } }, { action: 'none' }),
    );
    assert.equal(left, right);
  });

  it('shows a new image against nothing', () => {
    const { live: _none, imageId: _id, ...plan } = planOf({ properties: { gone: null } }, { action: 'create' });
    const { left, right } = renderPlanSides(plan);
    assert.equal(left, '// create: "Ubuntu" in devcloud/RegionOne\n// cloud: OS_CLOUD\n// There is no image yet.\n');
    assert.match(right, /"name": "Ubuntu"/);
    assert.doesNotMatch(right, /gone/);
  });

  it('shows members with their status and stores as lists', () => {
    const members = ['stays', { project: 'joins', accept_with: 'c' }, { project: 'accepts', accept_with: 'c' }];
    const changes = [
      change('members/joins', undefined, 'accepted'),
      change('members/accepts', 'pending', 'accepted'),
      change('members/leaves', 'accepted', undefined),
      change('stores/slow', undefined, 'data'),
      change('stores/tape', 'data', undefined),
    ];
    const stores = { stores: ['fast', 'slow'] };
    const { left, right } = renderPlanSides(
      planOf({ visibility: 'shared', members, stores: 'all' }, { changes, stores }),
    );
    assert.match(left, /"stores": \["fast", "tape"\]/);
    assert.match(right, /"stores": \["fast", "slow"\]/);
    assert.match(left, /"status": "pending"/);
    assert.match(left, /"leaves"/);
    assert.doesNotMatch(left, /joins/);
    assert.doesNotMatch(right, /leaves|pending/);
    assert.match(right, /"joins",\s+"accept_with": "c"/);
    const same = renderPlanSides(planOf({ visibility: 'shared', members, stores: 'all' }, { changes: [], stores }));
    assert.equal(same.left, same.right);
  });

  it('says on top why an image is replaced, and shows the bytes', () => {
    const changes = [
      change('disk_format', 'qcow2', 'raw', true),
      change('data', '1 bytes, md5 a', '2 bytes, md5 b', true),
    ];
    const { left, right } = renderPlanSides(planOf({ disk_format: 'raw' }, { action: 'replace', changes }));
    assert.match(left, /^\/\/ replaced because of disk_format \(differs\), data \(differs\)$/m);
    assert.match(left, /^\/\/ data: 1 bytes, md5 a$/m);
    assert.match(right, /^\/\/ data: 2 bytes, md5 b$/m);
  });

  it('lets no problem or name out of its comment', () => {
    const message = 'x\n{"name": 1}';
    const plan = planOf(
      { name: 'a\n}' },
      { action: 'blocked', problems: [{ severity: 'error', code: 'image-ambiguous', message }], unmanaged: ['\n'] },
    );
    const { left, right } = renderPlanSides(plan);
    for (const text of [left, right]) {
      assert.equal(parseDefinitions(text, '/x').problems.length, 0, text);
    }
  });
});
