import assert from 'node:assert/strict';
import { Failure } from '../../../../../src/core/failure.ts';
import type { ApplyResult } from '../../../../../src/core/reconcile/model/result.ts';
import { header } from '../../source/inspection/bytes.ts';
import { definition, World } from '../world.ts';

const path = '/images/ubuntu.qcow2';
const KIBIBYTE = 1024;

describe('a 415 for the bytes of an image', () => {
  /** What an apply of bytes says that Glance refuses as its releases 30 to 32 do: without a reason. */
  async function refused(bytes: Buffer, disk_format: string): Promise<ApplyResult> {
    const world = new World();
    world.inspections.read = true;
    world.files.write(path, bytes);
    world.glance().before = ({ method }) => {
      if (method !== 'finish') return;
      const text = 'Uploading failed: The request media type is not supported by this server.';
      throw new Failure('format-refused', text, { status: 415, requestId: 'req-1', next: 'It may be unsafe.' });
    };
    return world.planAndApply(definition({ disk_format }));
  }

  it('repeats what the plan said of them', async () => {
    const hybrid = header(
      64 * KIBIBYTE,
      [32 * KIBIBYTE, '\x01CD001\x01'],
      [447, '\x00\x02\x00\xee'],
      [454, { le32: 1 }],
      [510, '\x55\xaa'],
    );
    const { error } = await refused(hybrid, 'iso');
    assert.deepEqual([error?.code, error?.status, error?.requestId], ['format-refused', 415, 'req-1']);
    assert.match(error?.message ?? '', /not supported by this server/);
    assert.match(error?.next ?? '', /The disc in ".*" also has a partition table.*refused with 415.*by Glance 30/);
  });

  it('tells what they are by their content where the plan had nothing to say', async () => {
    const { error } = await refused(
      header(64 * KIBIBYTE, [0, 'QFI\xfb'], [4, { be32: 3 }], [20, { be32: 16 }], [24, { be64: 1n << 20n }]),
      'qcow2',
    );
    assert.match(error?.next ?? '', /the source is a qcow2 disk, and "disk_format" says "qcow2"\. .*ask its operator/);
  });
});
