import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type { Cloud } from '../../../../src/core/keystone/clouds/configuration.ts';
import type { Place } from '../../../../src/core/place.ts';
import type { CloudSource } from '../../../../src/state/clouds/cloud-roots.ts';
import { CloudsStore } from '../../../../src/state/clouds/clouds.ts';
import type { RegionNode, TreeNode } from '../../../../src/state/clouds/clouds-tree.ts';
import { liveImage, placeNamed } from '../live-image.ts';

function cloud(name: string): Cloud {
  const { origin } = placeNamed('');
  return {
    name,
    origin,
    authType: 'password',
    auth: {},
    regions: [],
    interfaces: ['public'],
    tls: { verify: true },
    problems: [],
  };
}

/** A source whose regions list what they are told to, or fail. */
class Source implements CloudSource {
  names: string[] = ['demo'];
  regionNames: string[] = ['RegionOne', 'RegionTwo'];
  readonly images_ = new Map<string, readonly (readonly LiveImage[])[] | Failure>();
  readonly asked: string[] = [];
  cloud = cloud;

  clouds(): ReturnType<CloudSource['clouds']> {
    this.asked.push('clouds');
    return Promise.resolve({
      clouds: this.names.map((name) => this.cloud(name)),
      files: ['/home/user/clouds.yaml'],
      problems: [],
    });
  }

  regions(name: string): Promise<readonly Place[]> {
    this.asked.push(`regions ${name}`);
    return Promise.resolve(this.regionNames.map((region) => placeNamed(region, name)));
  }

  async *images(place: Place): AsyncGenerator<readonly LiveImage[]> {
    this.asked.push(`images ${place.region}`);
    await Promise.resolve();
    const answer = this.images_.get(place.region) ?? [];
    if (answer instanceof Failure) throw answer;
    yield* answer;
  }
}

function store(source: Source, pageSize = 100): { clouds: CloudsStore; drawn: (TreeNode | undefined)[] } {
  const clouds = new CloudsStore(
    (work) => work(source),
    () => pageSize,
  );
  const drawn: (TreeNode | undefined)[] = [];
  clouds.onDidChange((nodes) => drawn.push(...(nodes ?? [undefined])));
  return { clouds, drawn };
}

const kinds = (nodes: readonly TreeNode[]): string[] => nodes.map(({ kind }) => kind);

async function region(clouds: CloudsStore, name: string): Promise<RegionNode> {
  const found = (await clouds.children()).find((node) => node.kind === 'region' && node.place.region === name);
  assert.ok(found?.kind === 'region');
  return found;
}

describe('CloudsStore', () => {
  it('leaves the cloud level out where there is one cloud, and has it where there are two', async () => {
    const source = new Source();
    const { clouds } = store(source);
    assert.deepEqual(kinds(await clouds.children()), ['region', 'region']);
    source.names = ['demo', 'prod'];
    clouds.refresh();
    const roots = await clouds.children();
    assert.deepEqual(kinds(roots), ['cloud', 'cloud']);
    const [first] = roots;
    const [inner] = await clouds.children(first);
    assert.ok(inner?.kind === 'region');
    assert.equal(clouds.parent(inner), first);
  });

  it('marks the one region whose certificate is not checked', async () => {
    const source = new Source();
    const inRegions = { RegionTwo: { ...cloud('demo'), tls: { verify: false } } };
    source.cloud = (name) => ({ ...cloud(name), inRegions });
    const { clouds } = store(source);
    const marks = (await clouds.children()).map((node) => node.kind === 'region' && node.insecure);
    assert.deepEqual(marks, [false, true]);
  });

  it('says above the regions what is odd about their cloud; why it can’t be used they say themselves', async () => {
    const source = new Source();
    const odd = { severity: 'warning', code: 'value-not-boolean', message: 'Neither true nor false.' } as const;
    source.cloud = (name) => ({ ...cloud(name), problems: [odd, { ...odd, severity: 'error' }] });
    const { clouds } = store(source);
    const roots = await clouds.children();
    assert.deepEqual(kinds(roots), ['problem', 'region', 'region']);
    assert.ok(roots[0]?.kind === 'problem' && roots[0].problem.severity === 'warning');
  });

  it('asks for nothing that nobody looks at', async () => {
    const source = new Source();
    source.names = ['demo', 'prod'];
    const { clouds } = store(source);
    await clouds.children();
    assert.deepEqual(source.asked, ['clouds']);
  });

  it('shows a region that fails as one node of that region, with the others listed', async () => {
    const source = new Source();
    const failure = new Failure('service-unavailable', 'Glance is down.', { status: 503, region: 'RegionOne' });
    source.images_.set('RegionOne', failure);
    source.images_.set('RegionTwo', [[liveImage('1', 'a')]]);
    const { clouds } = store(source);
    const one = await region(clouds, 'RegionOne');
    const [node] = await clouds.children(one);
    assert.ok(node?.kind === 'failure');
    assert.equal(node.failure, failure);
    assert.equal(node.of, one);
    assert.deepEqual(kinds(await clouds.children(await region(clouds, 'RegionTwo'))), ['image']);
  });

  it('reads a failed region again when that node is retried, and nothing else', async () => {
    const source = new Source();
    source.images_.set('RegionOne', new Failure('service-unavailable', 'Glance is down.'));
    const { clouds, drawn } = store(source);
    const one = await region(clouds, 'RegionOne');
    await clouds.children(one);
    source.images_.set('RegionOne', [[liveImage('1', 'a')]]);
    source.asked.length = 0;
    clouds.refresh(one);
    assert.deepEqual(drawn, [one]);
    assert.deepEqual(kinds(await clouds.children(one)), ['image']);
    assert.deepEqual(source.asked, ['images RegionOne']);
  });

  it('keeps ids and region nodes over a refresh, however many pages are loaded', async () => {
    const source = new Source();
    source.images_.set('RegionOne', [[liveImage('1', 'a'), liveImage('2', 'b')], [liveImage('3', 'c')]]);
    const { clouds } = store(source);
    const one = await region(clouds, 'RegionOne');
    const before = await clouds.children(one);
    await clouds.loadMore(one.place);
    assert.deepEqual(kinds(await clouds.children(one)), ['image', 'image', 'image']);
    clouds.refresh();
    assert.equal(await region(clouds, 'RegionOne'), one);
    assert.deepEqual(
      (await clouds.children(one)).map(({ id }) => id),
      before.map(({ id }) => id),
    );
  });

  it('loads one page for a double click on "Load more", and draws only that region', async () => {
    const source = new Source();
    source.images_.set('RegionOne', [[liveImage('1', 'a')], [liveImage('2', 'b')], [liveImage('3', 'c')]]);
    const { clouds, drawn } = store(source, 1);
    const one = await region(clouds, 'RegionOne');
    assert.deepEqual(kinds(await clouds.children(one)), ['image', 'more']);
    await Promise.all([clouds.loadMore(one.place), clouds.loadMore(one.place)]);
    assert.deepEqual(kinds(await clouds.children(one)), ['image', 'image', 'more']);
    assert.deepEqual(new Set(drawn), new Set([one]));
  });

  it('keeps the images it has, and says what failed, when a later page fails', async () => {
    const source = new Source();
    source.images = async function* () {
      yield [liveImage('1', 'a')];
      await Promise.resolve();
      throw new Failure('connection-lost', 'The connection was lost.');
    };
    const { clouds } = store(source);
    const one = await region(clouds, 'RegionOne');
    await clouds.children(one);
    await clouds.loadMore(one.place);
    assert.deepEqual(kinds(await clouds.children(one)), ['image', 'failure']);
  });

  it('says so where a region has no images', async () => {
    const { clouds } = store(new Source());
    assert.deepEqual(kinds(await clouds.children(await region(clouds, 'RegionOne'))), ['empty']);
  });

  it('shows what an apply made without reading the region again', async () => {
    const source = new Source();
    source.images_.set('RegionOne', [[liveImage('1', 'a'), liveImage('3', 'c')]]);
    const { clouds, drawn } = store(source);
    const one = await region(clouds, 'RegionOne');
    await clouds.children(one);
    source.asked.length = 0;
    clouds.put(one.place, liveImage('2', 'b'));
    clouds.remove(one.place, '1');
    const left = await clouds.children(one);
    assert.deepEqual(
      left.map((node) => (node.kind === 'image' ? node.image.name : node.kind)),
      ['b', 'c'],
    );
    const node = clouds.find(one.place, '2');
    assert.equal(node && clouds.parent(node), one);
    assert.deepEqual(source.asked, []);
    assert.deepEqual(new Set(drawn), new Set([one]));
  });

  it('shows broken configuration as a node and reads it again on retry', async () => {
    const source = new Source();
    const { clouds } = store(source);
    const good = source.clouds.bind(source);
    source.clouds = () => Promise.reject(new Failure('configuration-unreadable', 'clouds.yaml is not readable.'));
    const [node] = await clouds.children();
    assert.ok(node?.kind === 'failure');
    assert.equal(node.of, undefined);
    source.clouds = good;
    clouds.refresh(node.of);
    assert.deepEqual(kinds(await clouds.children()), ['region', 'region']);
  });
});
