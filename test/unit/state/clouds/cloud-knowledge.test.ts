import assert from 'node:assert/strict';
import type { CloudFacts } from '../../../../src/core/cloud-facts.ts';
import { CloudKnowledge, type FactsQuestion } from '../../../../src/state/clouds/cloud-knowledge.ts';
import { placeNamed } from '../live-image.ts';

const FACTS: CloudFacts = { place: placeNamed('RegionOne'), regions: ['RegionOne'], properties: [], projects: [] };
const question = (region: string | undefined, file = '/space/a.image.jsonc'): FactsQuestion => ({
  cloud: undefined,
  region,
  file,
});

describe('what clouds say of themselves', () => {
  let asked: FactsQuestion[] = [];
  let told: unknown[] = [];
  let now = 0;
  let answer: () => Promise<CloudFacts> = () => Promise.resolve(FACTS);
  const make = (): CloudKnowledge =>
    new CloudKnowledge(
      (each) => {
        asked.push(each);
        return answer();
      },
      (error) => told.push(error),
      { now: () => now, after: () => ({ dispose: () => undefined }) },
    );

  beforeEach(() => {
    asked = [];
    told = [];
    now = 1_000_000;
    answer = () => Promise.resolve(FACTS);
  });

  it('is asked for by nobody who only looks', () => {
    assert.equal(make().peek(question('RegionOne')), undefined);
    assert.deepEqual(asked, []);
  });

  it('is asked for once, however often it is wanted, by all definitions of a folder', async () => {
    const knowledge = make();
    const wanted = [question('RegionOne'), question('RegionOne'), question('RegionOne', '/space/b.image.jsonc')];
    assert.deepEqual(await Promise.all(wanted.map((each) => knowledge.want(each))), [FACTS, FACTS, FACTS]);
    assert.equal(await knowledge.want(question('RegionOne')), FACTS);
    assert.equal(knowledge.peek(question('RegionOne')), FACTS);
    assert.equal(asked.length, 1);
    await knowledge.want(question('RegionTwo'));
    assert.equal(asked.length, 2);
  });

  it('is asked for again after a while, and the old answer serves meanwhile', async () => {
    const knowledge = make();
    await knowledge.want(question('RegionOne'));
    now += 16 * 60_000;
    const later = Promise.withResolvers<CloudFacts>();
    answer = () => later.promise;
    assert.equal(await knowledge.want(question('RegionOne')), FACTS);
    assert.equal(asked.length, 2);
    later.resolve(FACTS);
  });

  it('of a place that fails is in the log, and it is left alone for a while', async () => {
    const knowledge = make();
    answer = () => Promise.reject(new Error('down'));
    assert.equal(await knowledge.want(question('RegionOne')), undefined);
    assert.equal(await knowledge.want(question('RegionOne')), undefined);
    assert.deepEqual([asked.length, told.length], [1, 1]);
    now += 6 * 60_000;
    answer = () => Promise.resolve(FACTS);
    assert.equal(await knowledge.want(question('RegionOne')), FACTS);
  });

  it('is told when it is there, and forgotten when the surroundings change', async () => {
    const knowledge = make();
    let changes = 0;
    knowledge.onDidChange(() => (changes += 1));
    await knowledge.want(question(undefined));
    knowledge.forget();
    assert.deepEqual([changes, knowledge.peek(question(undefined))], [2, undefined]);
  });
});
