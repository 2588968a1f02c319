import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { definitionsText, readTerraform } from '../../../../src/core/terraform/read.ts';
import { STATE_FILE, SHOWN_PLAN, SHOWN_STATE } from './shown.ts';

/** The arguments of the definitions of a document. */
function read(document: unknown): readonly object[] {
  const { definitions, problems } = readTerraform(JSON.stringify(document));
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const parsed = parseDefinitions(definitionsText(definitions), '/w/a.image.jsonc');
  assert.deepEqual(parsed.problems, []);
  return parsed.definitions.map((definition) => JSON.parse(JSON.stringify(definition.arguments)) as object);
}

const TALOS = {
  name: 'Talos a',
  container_format: 'bare',
  disk_format: 'raw',
  image_source_url: 'https://factory.example/a.raw.xz',
  decompress: true,
  verify_checksum: false,
  min_disk_gb: 10,
  visibility: 'shared',
  region: 'RegionOne',
  tags: ['a', 'b'],
  properties: { hw_firmware_type: 'uefi', os_secure_boot: 'required' },
  timeouts: { create: '60m' },
  image_id: 'cd4e1b37-3db3-48c7-8b5d-d342844d21cf',
  members: ['8674a68f047d454ab094ee913c595922'],
};
const PLAIN = {
  name: 'plain',
  container_format: 'bare',
  disk_format: 'qcow2',
  local_file_path: './disk.qcow2',
  visibility: 'public',
  region: 'RegionTwo',
  image_id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
};

describe('what terraform show -json prints', () => {
  it('is read from a state, of all modules, with ids and members and without what nobody wrote', () => {
    assert.deepEqual(read(SHOWN_STATE), [TALOS, PLAIN]);
  });

  it('is read from a plan, with the ids of what exists already', () => {
    const { image_id: _id, members: _members, ...unmade } = TALOS;
    assert.deepEqual(read(SHOWN_PLAN), [{ ...unmade, name: 'Talos b' }, PLAIN]);
  });

  it('is read from a state file as well', () => {
    assert.deepEqual(read(STATE_FILE), [PLAIN]);
  });

  it('gives no password away', () => {
    const { definitions, problems } = readTerraform(
      JSON.stringify(SHOWN_STATE).replace('"image_source_password":null', '"image_source_password":"hunter2"'),
    );
    assert.match(definitions[0]?.text ?? '', /GLANCE_IMAGES_SOURCE_PASSWORD/);
    assert.doesNotMatch(JSON.stringify([definitions, problems]), /hunter2/);
  });

  it('is refused where it holds no image', () => {
    for (const [text, code] of [
      ['{', 'syntax-error'],
      ['{}', 'no-terraform-resource'],
      ['{"format_version": "1.0", "values": {"root_module": {"resources": [5, null, {}]}}}', 'no-terraform-resource'],
      ['{"resource": {"openstack_images_image_v2": {"a": {"name": "x"}}}}', 'no-terraform-resource'],
    ] as const) {
      const { definitions, problems } = readTerraform(text);
      assert.deepEqual([definitions, problems.map((problem) => problem.code)], [[], [code]]);
    }
  });
});
