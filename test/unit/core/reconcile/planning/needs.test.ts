import assert from 'node:assert/strict';
import type { DefinitionArguments } from '../../../../../src/core/definition/definition.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import { readDigests } from '../../../../../src/core/reconcile/planning/find-source.ts';
import { needsOf, regionNeedsOf } from '../../../../../src/core/reconcile/planning/needs.ts';
import type { Situation } from '../../../../../src/core/reconcile/planning/plan-input.ts';
import type { SourceFinding } from '../../../../../src/core/reconcile/sources/source-finding.ts';
import { definition, place, World } from '../world.ts';

const BYTES = { md5: 'a'.repeat(32), sha512: 'b'.repeat(128) };
const URL = 'https://images.example.org/a.qcow2';

describe('what a plan needs to know', () => {
  it('of a region is its stores and import methods, where a definition speaks of them', () => {
    assert.deepEqual(regionNeedsOf([definition()]), { stores: false, imports: false });
    assert.deepEqual(regionNeedsOf([definition(), definition({ stores: 'all' })]), { stores: true, imports: false });
    const { local_file_path: _file, ...others } = definition().arguments;
    const fetched = { ...others, image_source_url: URL, web_download: true };
    assert.deepEqual(regionNeedsOf([{ ...definition(), arguments: fetched }]), { stores: false, imports: true });
  });

  it('of a new image is which formats the cloud takes', () => {
    assert.deepEqual(needsOf(situation({})), { members: [], digests: [], formats: true });
    assert.deepEqual(needsOf(situation({ ownerless: true, project: undefined })).formats, false);
  });

  it('of an image that has data is the digests of the file, unless something tells that it has these bytes', () => {
    const live = image();
    const algorithms = ['md5', 'sha512', 'sha256'];
    assert.deepEqual(needsOf(situation({ candidates: [live] })), { members: [], digests: algorithms, formats: false });
    const known = needsOf(situation({ candidates: [live], source: file(10, { ...BYTES, sha256: 'c'.repeat(64) }) }));
    assert.deepEqual(known.digests, []);
    const otherSize = needsOf(situation({ candidates: [live], source: file(11) }));
    assert.deepEqual(otherSize, { members: [], digests: [], formats: true });
  });

  it('of a shared image is its members, where the definition has some or the image may be replaced', () => {
    const live = { ...image(), visibility: 'shared' };
    const asked = (given: Partial<DefinitionArguments>, source: SourceFinding): readonly string[] =>
      needsOf(situation({ candidates: [live], source }, { visibility: 'shared', ...given })).members;
    const same = file(10, { ...BYTES, sha256: 'c'.repeat(64) });
    assert.deepEqual(asked({}, same), []);
    assert.deepEqual(asked({ members: ['consumer'] }, same), [live.id]);
    assert.deepEqual(asked({}, file(11)), [live.id]);
    assert.deepEqual(asked({}, file(10)), [live.id]);
  });
});

describe('a source whose digests were read', () => {
  it('is still said to lead out of the folder of its definition', async () => {
    const problem = { severity: 'information', code: 'path-outside', message: 'It leads out.' } as const;
    const reader = { digests: () => Promise.resolve(BYTES) };
    const before = { ...file(10), problems: [{ ...problem, line: 1, column: 1 }] };
    const after = await readDigests(definition(), before, ['md5'], { reader }, undefined);
    assert.deepEqual(after, { ...before, facts: { ...before.facts, digests: BYTES } });
  });
});

function file(size: number, digests?: Readonly<Record<string, string>>): Extract<SourceFinding, { kind: 'file' }> {
  return { kind: 'file', facts: { path: '/a.img', size, ...(digests === undefined ? {} : { digests }) } };
}

/** Meant by its id, with data. */
function image(): LiveImage {
  const live = new World()
    .glance()
    .add({ name: 'Ubuntu', status: 'active', disk_format: 'qcow2', container_format: 'bare' });
  return {
    ...live,
    visibility: 'private',
    size: 10,
    checksum: BYTES.md5,
    os_hash_algo: 'sha256',
    os_hash_value: 'c'.repeat(64),
  };
}

function situation(given: Partial<Situation>, written: Partial<DefinitionArguments> = {}): Situation {
  const [live] = given.candidates ?? [];
  return {
    id: 'p',
    definition: definition(live === undefined ? written : { ...written, image_id: live.id }),
    place: place('RegionOne'),
    cloudChosenBy: 'the test',
    project: live?.owner ?? 'project-1',
    candidates: [],
    source: file(10),
    adopt: false,
    recoverStuck: false,
    now: new Date(0),
    refusesMarks: false,
    runState: () => 'dead',
    stores: { kind: 'unasked' },
    imports: { kind: 'unasked' },
    ...given,
  };
}
