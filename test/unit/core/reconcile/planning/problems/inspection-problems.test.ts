import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../../../src/core/definition/parse.ts';
import type { Definition } from '../../../../../../src/core/definition/definition.ts';
import { inspectionProblems } from '../../../../../../src/core/reconcile/planning/problems/inspection-problems.ts';
import type { FormatFinding, Inspection } from '../../../../../../src/core/source/inspection/inspection.ts';
import type { Problem } from '../../../../../../src/core/problem.ts';
import { definition, World } from '../../world.ts';

const GIBIBYTE = 1024 ** 3;

function written(extra: object = {}): Definition {
  const said = { name: 'U', container_format: 'bare', disk_format: 'qcow2', local_file_path: 'u.img', ...extra };
  const [only] = parseDefinitions(JSON.stringify(said, undefined, 1), '/w/u.image.jsonc').definitions;
  assert.ok(only);
  return only;
}

function finding(format: FormatFinding['format'], extra: Partial<FormatFinding> = {}): FormatFinding {
  return { format, virtualSize: GIBIBYTE, flaws: [], ...extra };
}

function inspection(formats: readonly FormatFinding[], extra: Partial<Inspection> = {}): Inspection {
  return { version: 1, formats, wrapping: null, fixedVhd: false, size: GIBIBYTE, ...extra };
}

function problems(said: Definition, found: Inspection, sends = true): readonly Problem[] {
  return inspectionProblems(said, { name: '/w/u.img', inspection: found }, sends);
}

const codes = (all: readonly Problem[]): string[] => all.map(({ severity, code }) => `${severity} ${code}`);

describe('what an inspection means for a definition', () => {
  it('is nothing where the content is what the definition says', () => {
    assert.deepEqual(problems(written(), inspection([finding('qcow2')])), []);
    assert.deepEqual(problems(written({ disk_format: 'raw' }), inspection([])), []);
    assert.deepEqual(problems(written({ disk_format: 'raw' }), inspection([finding('gpt')])), []);
    assert.deepEqual(problems(written({ disk_format: 'ploop' }), inspection([])), []);
  });

  it('is an error at the line of disk_format where it is something else, with the right value as a fix', () => {
    const [problem] = problems(written({ disk_format: 'vmdk' }), inspection([finding('qcow2')]));
    assert.equal(problem?.code, 'format-mismatch');
    assert.deepEqual([problem.severity, problem.line], ['error', 4]);
    assert.match(problem.message, /is a qcow2 disk by its content.*Glance 30 .*415.*25 to 29/);
    assert.deepEqual(problem.fixes, [{ kind: 'set-argument', argument: 'disk_format', value: 'qcow2' }]);
    const [disk] = problems(written(), inspection([finding('gpt')]));
    assert.deepEqual(disk?.fixes, [{ kind: 'set-argument', argument: 'disk_format', value: 'raw' }]);
  });

  it('is an error where the content is nothing that is known', () => {
    assert.deepEqual(codes(problems(written(), inspection([]))), ['error format-mismatch']);
  });

  it('is a warning where a disk of another format is called raw, for Glance takes that', () => {
    assert.deepEqual(codes(problems(written({ disk_format: 'raw' }), inspection([finding('qcow2')]))), [
      'warning format-mismatch',
    ]);
  });

  it('is an error for flaws whatever the format is called, at the line of the source', () => {
    const flawed = finding('qcow2', { flaws: [{ code: 'source-backing-file', detail: '"/etc/shadow"' }] });
    for (const format of ['qcow2', 'raw']) {
      const all = problems(written({ disk_format: format }), inspection([flawed]));
      const problem = all.find(({ code }) => code === 'source-backing-file');
      assert.deepEqual([problem?.severity, problem?.line], ['error', 5]);
      assert.match(
        problem?.message ?? '',
        /"\/w\/u\.img" contains only the differences from another file: "\/etc\/shadow"\./,
      );
    }
  });

  it('is at most a warning where nothing is sent', () => {
    assert.deepEqual(codes(problems(written(), inspection([]), false)), ['warning format-mismatch']);
  });

  it('takes a hybrid disc for a disc, and nothing else that is two things at once', () => {
    const hybrid = inspection([finding('iso'), finding('gpt')]);
    assert.deepEqual(codes(problems(written({ disk_format: 'iso' }), hybrid)), ['information iso-hybrid']);
    assert.deepEqual(codes(problems(written(), hybrid)), ['error format-mismatch']);
    assert.deepEqual(codes(problems(written({ disk_format: 'raw' }), hybrid)), []);
    assert.deepEqual(codes(problems(written(), inspection([finding('qcow2'), finding('iso')]))), [
      'error format-ambiguous',
    ]);
  });

  it('offers to decompress what is compressed', () => {
    for (const format of ['qcow2', 'raw']) {
      const [problem, ...more] = problems(written({ disk_format: format }), inspection([], { wrapping: 'xz' }));
      assert.deepEqual([problem?.severity, problem?.code, more], ['error', 'source-compressed', []]);
      assert.deepEqual(problem?.fixes, [{ kind: 'set-argument', argument: 'decompress', value: true }]);
    }
    const said = { ...written(), arguments: { ...written().arguments, decompress: true } };
    assert.deepEqual(problems(said, inspection([], { wrapping: 'xz' })), []);
    assert.deepEqual(codes(problems(said, inspection([], { wrapping: 'zip' }))), ['error source-archive']);
  });

  it('lets be compressed what is so by nature', () => {
    const gzip = inspection([], { wrapping: 'gzip' });
    assert.deepEqual(problems(written({ disk_format: 'ari', container_format: 'ari' }), gzip), []);
    assert.deepEqual(problems(written({ disk_format: 'ari' }), gzip), []);
    assert.deepEqual(problems(written({ container_format: 'compressed' }), gzip), []);
    assert.deepEqual(
      problems(written({ disk_format: 'vmdk', container_format: 'ova' }), inspection([], { wrapping: 'tar' })),
      [],
    );
  });

  it('is an error where an archive is called raw', () => {
    const tar = inspection([], { wrapping: 'tar' });
    assert.deepEqual(codes(problems(written({ disk_format: 'raw' }), tar)), ['error source-archive']);
  });

  it('doubts what is called raw and is text or less than a sector, with what to do about it', () => {
    const raw = written({ disk_format: 'raw' });
    const pointer = inspection([], { text: { kind: 'git-lfs-pointer', begins: '"version https://…"' }, size: 130 });
    const [problem, ...more] = problems(raw, pointer);
    assert.deepEqual([problem?.severity, problem?.code, problem?.line, more], ['error', 'source-not-a-disk', 5, []]);
    assert.match(
      problem?.message ?? '',
      /a pointer of Git LFS, which begins with "version.*git lfs pull.*"inspect": false/,
    );
    assert.deepEqual(codes(problems(raw, inspection([], { size: 130 }))), ['error source-not-a-disk']);
    assert.deepEqual(problems(raw, inspection([], { size: 512 })), []);
    assert.deepEqual(codes(problems(written({ disk_format: 'ploop' }), pointer)), ['error source-not-a-disk']);
  });

  it('says of a page that a server sent it', () => {
    const source = { local_file_path: undefined, image_source_url: 'https://example.org/disk.raw' };
    const page = inspection([], { text: { kind: 'html', begins: '"<html>"' } });
    const [problem] = problems(written({ disk_format: 'raw', ...source }), page);
    assert.match(
      problem?.message ?? '',
      /an HTML page, which begins with "<html>"\. Servers answer so to a wrong address/,
    );
    const [mismatch] = problems(written(source), page);
    assert.match(mismatch?.message ?? '', /is not qcow2, .*It is an HTML page, which begins with "<html>"/);
  });

  it('is only warned of with "inspect": false', () => {
    const anyway = { inspect: false };
    const text = inspection([], { text: { kind: 'plain', begins: '"x"' } });
    assert.deepEqual(codes(problems(written({ disk_format: 'raw', ...anyway }), text)), ['warning source-not-a-disk']);
    assert.deepEqual(codes(problems(written(anyway), inspection([]))), ['warning format-mismatch']);
  });

  it('warns of a VHD of fixed size, which is one all the same', () => {
    const fixed = inspection([finding('gpt')], { fixedVhd: true });
    assert.deepEqual(codes(problems(written({ disk_format: 'vhd' }), fixed)), ['warning vhd-fixed']);
  });

  it('warns of encryption without a key', () => {
    const luks = inspection([finding('luks')]);
    assert.deepEqual(codes(problems(written({ disk_format: 'raw' }), luks)), ['warning source-encrypted']);
    const keyed = written({ disk_format: 'raw', properties: { cinder_encryption_key_id: 'x' } });
    assert.deepEqual(problems(keyed, luks), []);
    assert.deepEqual(codes(problems(written(), luks)), ['error format-mismatch']);
  });

  it('compares the size of the disk with min_disk_gb, and knows the value that is enough', () => {
    const large = inspection([finding('qcow2', { virtualSize: 10 * GIBIBYTE + 1 })]);
    const [problem] = problems(written({ min_disk_gb: 10 }), large);
    assert.deepEqual([problem?.severity, problem?.code, problem?.line], ['warning', 'min-disk-too-small', 6]);
    assert.deepEqual(problem?.fixes, [{ kind: 'set-argument', argument: 'min_disk_gb', value: 11 }]);
    assert.deepEqual(problems(written({ min_disk_gb: 11 }), large), []);
    assert.deepEqual(problems(written({ min_disk_gb: 0 }), large), []);
    const raw = inspection([], { size: 3 * GIBIBYTE });
    assert.deepEqual(codes(problems(written({ disk_format: 'raw', min_disk_gb: 2 }), raw)), [
      'warning min-disk-too-small',
    ]);
  });
});

describe('a plan of a source that is no image', () => {
  const path = '/images/ubuntu.qcow2';

  it('is blocked before a byte is sent, and reads the headers once', async () => {
    const world = new World(['RegionOne', 'RegionTwo']);
    world.inspections.read = true;
    world.files.write(path, Buffer.from('<html>404 Not Found</html>'));
    const plans = await world.plan(definition());
    assert.deepEqual(
      plans.map(({ action, problems: [problem] }) => [action, problem?.code]),
      [
        ['blocked', 'format-mismatch'],
        ['blocked', 'format-mismatch'],
      ],
    );
    const opened = world.files.opened;
    await world.plan(definition());
    assert.equal(world.files.opened, opened);
  });

  it('goes on as soon as the file is another', async () => {
    const world = new World();
    world.inspections.read = true;
    world.files.write(path, Buffer.from('nothing'));
    assert.equal((await world.planOne(definition())).action, 'blocked');
    const disk = Buffer.alloc(1024);
    disk.write('QFI\xfb\0\0\0\x03', 'latin1');
    disk.writeUInt32BE(16, 20);
    world.files.write(path, disk);
    assert.equal((await world.planOne(definition())).action, 'create');
  });
});
