import assert from 'node:assert/strict';
import { rawDisk } from '../../../host/raw-disk.ts';
import { header } from '../../../unit/core/source/inspection/bytes.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';

const KIBIBYTE = 1024;
const disc = [
  [32 * KIBIBYTE, '\x01CD001\x01'],
  [32 * KIBIBYTE + 80, { le32: 32 }],
  [32 * KIBIBYTE + 128, { le16: 2048 }],
] as const;
const protective = [
  [447, '\x00\x02\x00\xee'],
  [454, { le32: 1 }],
  [510, '\x55\xaa'],
] as const;
const hybrid = header(64 * KIBIBYTE, ...disc, ...protective);
const footer = header(512, [0, 'conectix'], [60, { be32: 2 }]);

interface Case {
  readonly what: string;
  readonly bytes: Buffer;
  readonly as: string;
  readonly code: string;
  /** Whether Glance 33 refuses it; Glance 25 takes everything. */
  readonly refused: boolean;
}

const CASES: readonly Case[] = [
  { what: 'a disc that boots from a stick', bytes: hybrid, as: 'iso', code: 'iso-hybrid', refused: false },
  { what: 'a disc that boots from a stick', bytes: hybrid, as: 'raw', code: 'iso-hybrid', refused: true },
  {
    what: 'a VHD of fixed size',
    bytes: Buffer.concat([rawDisk(1), footer]),
    as: 'vhd',
    code: 'vhd-fixed',
    refused: true,
  },
  {
    what: 'a boot record without a partition',
    bytes: header(64 * KIBIBYTE, [510, '\x55\xaa']),
    as: 'raw',
    code: 'partition-table-invalid',
    refused: true,
  },
  {
    what: 'a protective partition at an odd CHS',
    bytes: header(64 * KIBIBYTE, ...protective, [447, '\x01\x01\x00']),
    as: 'raw',
    code: 'partition-table-invalid',
    refused: true,
  },
];

describe('engine on a cloud: formats that its release refuses', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    workplace = await Workplace.open(cloud);
    name = workplace.uniqueName('format');
  });

  afterEach(() => workplace.close([name]));

  for (const { what, bytes, as, code, refused } of CASES) {
    const wanted = async (extra: object = {}): ReturnType<Workplace['define']> => {
      const formats = { container_format: 'bare', disk_format: as };
      const local_file_path = await workplace.file('disk.img', bytes);
      return workplace.define({ name, ...formats, local_file_path, region: cloud.regions[0], ...extra });
    };

    it(`${what} as ${as} is ${refused ? 'an error in the plan only where Glance refuses it' : 'taken'}`, async () => {
      const [plan] = await workplace.engine.plan(await wanted());
      const isRefused = refused && cloud.release === 33;
      const said = plan?.problems.find((problem) => problem.code === code);
      assert.deepEqual([plan?.action, said?.severity], isRefused ? ['blocked', 'error'] : ['create', 'information']);
      if (isRefused) assert.match(said?.message ?? '', /This cloud has Glance 33 \(2026\.2\) and later and refuses it/);
    });

    it(`${what} as ${as} fares with "inspect": false as the plan said`, async () => {
      const [result] = await workplace.apply(await wanted({ inspect: false }));
      assert.ok(result);
      if (!refused || cloud.release === 25) {
        assert.equal(result.status, 'done', JSON.stringify(result.error));
        return;
      }
      const { error } = result;
      assert.deepEqual(
        [error?.code, error?.status, result.left?.kind],
        ['format-refused', 415, 'deleted'],
        error?.message,
      );
      assert.match(error?.next ?? '', /refuses it with 415/);
      assert.deepEqual(await workplace.named(name, cloud.regions[0]), []);
    });
  }
});
