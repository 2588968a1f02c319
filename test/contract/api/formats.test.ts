import assert from 'node:assert/strict';
import { rawDisk } from '../../host/raw-disk.ts';
import { header } from '../../unit/core/source/inspection/bytes.ts';
import { type RawAnswer, useSessions } from './session.ts';

const KIBIBYTE = 1024;
const GIBIBYTE = 1024 ** 3;

const qcow2 = (...more: Parameters<typeof header>[1][]): Buffer =>
  header(
    64 * KIBIBYTE,
    [0, 'QFI\xfb'],
    [4, { be32: 3 }],
    [20, { be32: 16 }],
    [24, { be64: BigInt(GIBIBYTE) }],
    ...more,
  );
/** Names another file, which begins it. */
const overlay = qcow2([8, { be64: 1024n }], [16, { be32: 5 }], [1024, 'a.raw']);
const disc = [
  [32 * KIBIBYTE, '\x01CD001\x01'],
  [32 * KIBIBYTE + 80, { le32: 32 }],
  [32 * KIBIBYTE + 128, { le16: 2048 }],
] as const;
const iso = header(64 * KIBIBYTE, ...disc);
const protective = [
  [447, '\x00\x02\x00\xee'],
  [454, { le32: 1 }],
  [510, '\x55\xaa'],
] as const;
const withoutPartition = header(64 * KIBIBYTE, [510, '\x55\xaa']);
const disk = rawDisk(1);

interface Case {
  readonly what: string;
  readonly bytes: Buffer;
  readonly as: string;
  readonly container?: string;
  /** What Glance 25 tells as virtual size. */
  readonly size25: number | null;
  /** What Glance 33 tells, or says with its 415. */
  readonly answer33: number | null | RegExp;
}

const CASES: readonly Case[] = [
  { what: 'words', bytes: Buffer.from('hello'), as: 'raw', size25: 5, answer33: 5 },
  { what: 'words', bytes: Buffer.from('hello'), as: 'ami', size25: null, answer33: null },
  {
    what: 'words',
    bytes: Buffer.from('hello'),
    as: 'qcow2',
    size25: null,
    answer33: /^Image disk_format qcow2 does not match stream data raw$/,
  },
  { what: 'a disk with partitions', bytes: disk, as: 'raw', size25: disk.length, answer33: disk.length },
  {
    what: 'a disk with partitions',
    bytes: disk,
    as: 'aki',
    size25: null,
    answer33: /^Image disk_format aki does not match stream data gpt$/,
  },
  {
    what: 'a boot record without a partition',
    bytes: withoutPartition,
    as: 'raw',
    size25: withoutPartition.length,
    answer33: /^Image failed safety checks$/,
  },
  { what: 'a qcow2', bytes: qcow2(), as: 'qcow2', size25: GIBIBYTE, answer33: GIBIBYTE },
  { what: 'a qcow2', bytes: qcow2(), as: 'raw', size25: 64 * KIBIBYTE, answer33: 64 * KIBIBYTE },
  {
    what: 'a qcow2',
    bytes: qcow2(),
    as: 'vmdk',
    size25: null,
    answer33: /^Image disk_format vmdk does not match stream data qcow2$/,
  },
  { what: 'a qcow2', bytes: qcow2(), as: 'qcow2', container: 'ovf', size25: null, answer33: null },
  {
    what: 'a qcow2 over another file',
    bytes: overlay,
    as: 'qcow2',
    size25: GIBIBYTE,
    answer33: /^Image failed safety checks$/,
  },
  {
    what: 'a qcow2 over another file',
    bytes: overlay,
    as: 'raw',
    size25: overlay.length,
    answer33: /^Image failed safety checks$/,
  },
  { what: 'a disc', bytes: iso, as: 'iso', size25: null, answer33: iso.length },
  {
    what: 'a disc that boots from a stick',
    bytes: header(64 * KIBIBYTE, ...disc, ...protective),
    as: 'iso',
    size25: null,
    answer33: iso.length,
  },
  {
    what: 'a disc that boots from a stick',
    bytes: header(64 * KIBIBYTE, ...disc, ...protective),
    as: 'raw',
    size25: iso.length,
    answer33: /^Multiple formats detected: (iso,gpt|gpt,iso)$/,
  },
];

describe('Glance: formats', () => {
  const users = useSessions();

  function refusal({ status, message }: RawAnswer): readonly [number, string] {
    return [status, message.split('<br /><br />\n')[1]?.trim() ?? ''];
  }

  for (const { what, bytes, as, container = 'bare', size25, answer33 } of CASES) {
    const answer25 = (refused: boolean): string =>
      refused ? 'is stored by Glance 25 and refused by Glance 33' : 'is stored';
    it(`${what} as ${as} in ${container} ${answer25(answer33 instanceof RegExp)}`, async () => {
      const id = await users.demo.create({ disk_format: as, container_format: container });
      const answer = await users.demo.upload(id, bytes);
      const image = await users.demo.show(id);
      const expected = users.release === 25 ? size25 : answer33;
      if (expected instanceof RegExp) {
        const [status, detail] = refusal(answer);
        assert.equal(status, 415);
        assert.match(detail, expected);
        assert.deepEqual([image.status, image.size, image.virtual_size], ['queued', null, null]);
      } else {
        assert.equal(answer.status, 204, answer.text);
        assert.deepEqual([image.status, image.size, image.virtual_size], ['active', bytes.length, expected]);
      }
    });
  }

  it('leaves the digests of refused bytes with their image, which then takes no other', async () => {
    const id = await users.demo.create({ disk_format: 'qcow2' });
    const first = (await users.demo.upload(id, 'hello')).status;
    const { status, checksum, stores } = await users.demo.show(id);
    const second = (await users.demo.upload(id, qcow2())).status;
    const digest = '5d41402abc4b2a76b9719d911017c592';
    assert.deepEqual([checksum, stores], [digest, 'fast']);
    assert.deepEqual([first, status, second], { 25: [204, 'active', 409], 33: [415, 'queued', 500] }[users.release]);
  });

  it('fails an import of another format as one that no store takes', async () => {
    const id = await users.demo.create({ disk_format: 'qcow2' });
    const octets = { 'Content-Type': 'application/octet-stream' };
    await users.demo.send('PUT', `/v2/images/${id}/stage`, { body: 'hello', headers: octets });
    const json = { method: { name: 'glance-direct' }, stores: ['fast', 'slow'] };
    assert.equal((await users.demo.send('POST', `/v2/images/${id}/import`, { json })).status, 202);
    const image = await users.demo.showUntil(id, (each) => !('os_glance_import_task' in each));
    const { status, stores, os_glance_failed_import: failed, os_glance_importing_to_stores: waiting } = image;
    const expected = { 25: ['active', 'fast,slow', '', ''], 33: ['importing', undefined, 'fast', 'slow'] };
    assert.deepEqual([status, stores, failed, waiting], expected[users.release]);
  });
});
