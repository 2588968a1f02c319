import assert from 'node:assert/strict';
import { pathProblems, reachesOf } from '../../../../../../src/core/reconcile/planning/problems/reach-problems.ts';
import { problemAt } from '../../../../../../src/core/definition/problem-at.ts';
import type { Plan } from '../../../../../../src/core/reconcile/model/plan.ts';
import { exceedsAgreed } from '../../../../../../src/core/reconcile/planning/exceeds-agreed.ts';
import type { LocatedPath } from '../../../../../../src/core/source/ports.ts';
import { definitionOf, planOf } from '../../../../state/sample-plans.ts';

const everywhere = (path: string): Promise<LocatedPath> => Promise.resolve({ path: `/away/${path}`, reach: 'outside' });

describe('what a definition reaches for beyond its folder', () => {
  it('is told of its file, its checksum file and its cache, each at its place', async () => {
    const fetched = definitionOf({
      local_file_path: undefined,
      image_source_url: 'https://mirror.example/a.img',
      image_source_checksum: 'SHA256SUMS',
      image_cache_path: 'cache',
    });
    const problems = [
      ...(await pathProblems(definitionOf(), everywhere)),
      ...(await pathProblems(fetched, everywhere)),
    ];
    assert.deepEqual(
      problems.map(({ code, message }) => [code, /^"(\w+)".*"([^"]*)"\.$/.exec(message)?.slice(1)]),
      [
        ['path-outside', ['local_file_path', '/away/a.raw']],
        ['path-outside', ['image_source_checksum', '/away/SHA256SUMS']],
        ['path-outside', ['image_cache_path', '/away/cache']],
      ],
    );
    const [, , cache] = problems;
    assert.equal(fetched.text.slice(cache?.range?.offset), '"cache"}');
  });

  it('is nothing where the checksum is a digest or at a URL, and where the paths stay', async () => {
    for (const checksum of [`sha256:${'a'.repeat(64)}`, 'https://mirror.example/SHA256SUMS']) {
      const source = { local_file_path: undefined, image_source_url: 'https://mirror.example/a.img' };
      const definition = definitionOf({ ...source, image_source_checksum: checksum });
      assert.deepEqual(await pathProblems(definition, everywhere), []);
    }
    assert.deepEqual(await pathProblems(definitionOf(), (path) => Promise.resolve({ path })), []);
  });

  it('makes a plan worse that was agreed to without it', () => {
    const definition = definitionOf();
    const outside = problemAt(definition, 'information', 'path-outside', 'It leads to "/home/ann/.ssh/id".');
    const elsewhere = problemAt(definition, 'information', 'path-outside', 'It leads to "/home/ann/.netrc".');
    const internal = problemAt(definition, 'information', 'source-not-public', 'From a private network.');
    const plan = (rest: Partial<Plan>): Plan => planOf(definition, { action: 'create', ...rest });
    assert.equal(exceedsAgreed(plan({}), plan({ problems: [outside] })), true);
    assert.equal(exceedsAgreed(plan({ problems: [outside] }), plan({ problems: [outside] })), false);
    assert.equal(exceedsAgreed(plan({ problems: [outside] }), plan({ problems: [elsewhere] })), true);
    assert.equal(exceedsAgreed(plan({ problems: [outside] }), plan({})), false);
    assert.equal(exceedsAgreed(plan({}), plan({ problems: [internal] })), true);
    assert.equal(exceedsAgreed(plan({}), plan({ action: 'none', problems: [outside] })), false);
  });

  it('is no worse from a private network for bytes that a checksum proves', () => {
    const definition = definitionOf();
    const internal = problemAt(definition, 'information', 'source-not-public', 'From a private network.');
    const origin = { decompressed: false, checksum: `sha256:${'a'.repeat(64)}` };
    const source = { path: '/cache/a.img', size: 0, origin };
    const now = planOf(definition, { action: 'create', problems: [internal], source });
    assert.equal(exceedsAgreed(planOf(definition, { action: 'create', source }), now), false);
    assert.deepEqual(reachesOf(now), ['From a private network.']);
  });
});
