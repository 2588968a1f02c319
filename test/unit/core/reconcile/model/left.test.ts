import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import { describeLeft, leftReport, type Left } from '../../../../../src/core/reconcile/model/left.ts';
import { markProperties, readMarks } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { applyReport } from '../../../../../src/core/reconcile/words/report.ts';
import type { ModelCall } from '../glance-model.ts';
import { definition, World } from '../world.ts';
import type { ApplyResult } from '../../../../../src/core/reconcile/model/result.ts';

const path = '/images/ubuntu.qcow2';

function world(): World {
  const made = new World();
  made.files.write(path, Buffer.from('the bytes'));
  return made;
}

/** As a connection that breaks after Glance has got the request, or before. */
const lost = (): Failure => new Failure('connection-lost', 'The connection broke.');

/** Has Glance carry a request out and its answer lost, at its nth time. */
function losesAnswer(one: World, method: 'create' | 'patch', times = 1): void {
  const glance = one.glance();
  let left = times;
  if (method === 'create') {
    const create = glance.create.bind(glance);
    glance.create = async (image) => {
      const answer = await create(image);
      left -= 1;
      if (left === 0) throw lost();
      return answer;
    };
    return;
  }
  const patch = glance.patch.bind(glance);
  glance.patch = async (id, operations) => {
    const answer = await patch(id, operations);
    left -= 1;
    if (left === 0) throw lost();
    return answer;
  };
}

function left(result: ApplyResult | undefined): Left | undefined {
  const { results } = applyReport(result === undefined ? [] : [result]) as { results: readonly { left: unknown }[] };
  assert.deepEqual(results[0]?.left, result?.left === undefined ? null : leftReport(result.left));
  if (result?.left !== undefined) assert.ok(result.error?.message.endsWith(describeLeft(result.left)));
  return result?.left;
}

describe('what is said to be left of an apply that failed', () => {
  it('is nothing where no request was sent, or each was refused', async () => {
    const one = world();
    one.glance().before = ({ method }) => {
      if (method === 'create') throw new Failure('forbidden', 'No.', { status: 403 });
    };
    assert.deepEqual(left(await one.planAndApply(definition())), { kind: 'nothing' });
  });

  it('is not known where the answer to the making was lost and nobody can look', async () => {
    const one = world();
    losesAnswer(one, 'create');
    const [plan] = await one.plan(definition());
    let made = false;
    one.glance().before = ({ method }: ModelCall) => {
      if (made) throw lost();
      made = method === 'create';
    };
    const [result] = await one.apply(plan === undefined ? [] : [plan]);
    const [image] = one.glance().images.values();
    assert.deepEqual(left(result), { kind: 'unknown', id: image?.id, seen: 'not looked at' });
    assert.match(
      result?.error?.message ?? '',
      new RegExp(`unknown whether Glance created the image ${image?.id ?? ''}`),
    );
    assert.doesNotMatch(result?.error?.message ?? '', /Nothing was/);
  });

  it('is looked at, and taken away, where the making was cancelled under way', async () => {
    const one = world();
    const cancel = new AbortController();
    const glance = one.glance();
    const create = glance.create.bind(glance);
    glance.create = async (image) => {
      await create(image);
      cancel.abort();
      throw new DOMException('Cancelled.', 'AbortError');
    };
    const [result] = await one.apply(await one.plan(definition()), { signal: cancel.signal });
    assert.equal(result?.status, 'cancelled');
    assert.equal(left(result)?.kind, 'deleted');
    assert.equal(one.glance().images.size, 0);
  });

  it('is not known where the making was cancelled before anybody saw what came of it', async () => {
    const one = world();
    const cancel = new AbortController();
    one.glance().create = () => {
      cancel.abort();
      throw new DOMException('Cancelled.', 'AbortError');
    };
    const [result] = await one.apply(await one.plan(definition()), { signal: cancel.signal });
    const said = left(result);
    assert.equal(said?.kind === 'unknown' ? said.seen : said?.kind, 'not there');
  });

  it('is an image as it was only where nothing of it was changed', async () => {
    const one = world();
    const { live } = await one.planAndApply(definition());
    one.glance().before = ({ method }) => {
      if (method === 'patch') throw new Failure('forbidden', 'No.', { status: 403 });
    };
    const result = await one.planAndApply(definition({ min_ram_mb: 64 }));
    assert.deepEqual(left(result), { kind: 'unchanged', id: live?.id });
    assert.match(result.error?.message ?? '', /The image is unchanged\./);
  });

  it('is the change where the answer to it was lost and the image shows it', async () => {
    const one = world();
    const { live } = await one.planAndApply(definition());
    losesAnswer(one, 'patch');
    const said = left(await one.planAndApply(definition({ min_ram_mb: 64 })));
    assert.deepEqual(said, {
      kind: 'changed',
      id: live?.id,
      done: [`the change of the image ${live?.id ?? ''}`],
      open: [],
    });
  });

  it('is not known where it was lost and the image does not show it', async () => {
    const one = world();
    const { live } = await one.planAndApply(definition());
    one.glance().before = ({ method }) => {
      if (method === 'patch') throw lost();
    };
    const said = left(await one.planAndApply(definition({ min_ram_mb: 64 })));
    assert.deepEqual(said, {
      kind: 'changed',
      id: live?.id,
      done: [],
      open: [`the change of the image ${live?.id ?? ''}`],
    });
  });

  it('names members that were ended before the change of the image failed', async () => {
    const one = world();
    const shared = { visibility: 'shared' } as const;
    const { live } = await one.planAndApply(definition({ ...shared, members: ['a', 'b'] }));
    one.glance().before = ({ method }) => {
      if (method === 'patch') throw new Failure('forbidden', 'No.', { status: 403 });
    };
    const result = await one.planAndApply(definition({ ...shared, members: ['a'] }));
    const said = left(result);
    assert.deepEqual(said?.kind === 'changed' ? said.done : said, [
      `taking the image ${live?.id ?? ''} from its member b`,
    ]);
    assert.doesNotMatch(result.error?.message ?? '', /is unchanged/);
  });

  it('is an image that serves where it was published and its predecessor could not be retired', async () => {
    const one = world();
    const first = await one.planAndApply(definition());
    one.files.write(path, Buffer.from('other bytes'));
    one.glance().before = ({ method, id }) => {
      if (method === 'patch' && id === first.imageId) throw lost();
    };
    const result = await one.planAndApply(definition());
    assert.deepEqual(left(result), { kind: 'serving', id: result.imageId, replaces: first.imageId });
  });

  it('is an upload of somebody else, which stays', async () => {
    const one = world();
    const glance = one.glance();
    const upload = glance.upload.bind(glance);
    glance.upload = async (id, size, options) => {
      const theirs = await upload(id, 5);
      await theirs.write(Buffer.from('their'));
      await theirs.finish();
      return upload(id, size, options);
    };
    const result = await one.planAndApply(definition());
    const said = left(result);
    assert.deepEqual(said?.kind === 'theirs' ? [said.by, said.size, said.status] : said, [
      'sent data to it',
      5,
      'active',
    ]);
    assert.equal(one.glance().images.get(result.imageId ?? '')?.size, 5);
  });
});

describe('a predecessor that is to be deleted', () => {
  async function replaced(
    between: (one: World, old: string) => void,
  ): Promise<{ one: World; old: string; result: ApplyResult }> {
    const one = world();
    const wanted = definition({ on_replace: 'delete' });
    const old = (await one.planAndApply(wanted)).imageId ?? '';
    one.files.write(path, Buffer.from('other bytes'));
    between(one, old);
    return { one, old, result: await one.planAndApply(wanted) };
  }

  it('is hidden but kept where the bytes of its successor are not verified', async () => {
    const { one, old, result } = await replaced(({ regions }) => {
      for (const glance of regions.values())
        glance.store = (bytes) => ({ size: bytes.length, checksum: null, os_hash_algo: null, os_hash_value: null });
    });
    assert.equal(result.status, 'unverified');
    assert.equal(one.glance().images.get(old)?.os_hidden, true);
    assert.match(result.warnings?.[0]?.message ?? '', /not verified/);
  });

  it('stays in sight where its successor does not serve any more', async () => {
    const { one, old, result } = await replaced((made) => {
      const glance = made.glance();
      const patch = glance.patch.bind(glance);
      glance.patch = async (id, operations) => {
        const answer = await patch(id, operations);
        const { state } = readMarks(answer.value) ?? {};
        if (state?.phase === 'retiring') glance.images.set(id, { ...answer.value, status: 'deactivated' });
        return answer;
      };
    });
    assert.equal(result.error?.code, 'changed-meanwhile');
    assert.deepEqual([one.glance().images.get(old)?.os_hidden, one.glance().images.has(old)], [false, true]);
  });

  it('is not deleted where somebody got hold of it after it was marked to go', async () => {
    const { one, old, result } = await replaced((made, id) => {
      const glance = made.glance();
      glance.before = ({ method, id: asked }) => {
        const image = glance.images.get(id);
        if (method !== 'find' || asked === id || image === undefined) return;
        if (readMarks(image)?.state?.phase !== 'discarding') return;
        const brought = { ...image, os_hidden: false, properties: markProperties(id, { key: 'Ubuntu', owns: [] }) };
        glance.images.set(id, brought);
      };
    });
    assert.equal(result.error?.code, 'changed-meanwhile');
    assert.ok(one.glance().images.has(old));
  });
});
