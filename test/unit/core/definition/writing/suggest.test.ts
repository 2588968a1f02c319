import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import { newDefinitionText, suggestName, type NewSource } from '../../../../../src/core/definition/writing/suggest.ts';
import type { Inspection } from '../../../../../src/core/source/inspection/inspection.ts';

const GIBIBYTE = 1024 ** 3;

const inspectionOf = (more: Partial<Inspection>): Inspection => ({
  version: 1,
  formats: [],
  wrapping: null,
  fixedVhd: false,
  size: 5 * 1024 ** 2,
  ...more,
});

function textOf(source: NewSource, inspection: Partial<Inspection>): string {
  const found = inspectionOf(inspection);
  return newDefinitionText('An image', source, {
    name: 'x',
    inspection: found,
    size: found.size,
    network: 'public',
  });
}

function argumentsOf(source: NewSource, inspection: Partial<Inspection>): object {
  const { definitions, problems } = parseDefinitions(textOf(source, inspection), '/x.image.jsonc');
  assert.deepEqual(problems, []);
  const { name, container_format: container, ...rest } = definitions[0]!.arguments;
  assert.deepEqual([name, container], ['An image', 'bare']);
  return { ...rest, ...(rest.properties === undefined ? {} : { properties: { ...rest.properties } }) };
}

const file = (path: string): NewSource => ({ kind: 'file', path });

describe('a definition that is made of a source', () => {
  it('has the format of the content, whatever the name says, and the size that a server needs', () => {
    const formats = [{ format: 'qcow2', virtualSize: 3.5 * GIBIBYTE, flaws: [] }] as const;
    assert.deepEqual(argumentsOf(file('images/noble-server-cloudimg-amd64.img'), { formats }), {
      disk_format: 'qcow2',
      local_file_path: 'images/noble-server-cloudimg-amd64.img',
      min_disk_gb: 4,
      properties: { os_distro: 'ubuntu' },
    });
  });

  it('takes a partition table for the disk itself', () => {
    const formats = [{ format: 'gpt', virtualSize: 2 * GIBIBYTE, flaws: [] }] as const;
    assert.deepEqual(argumentsOf(file('disk.img'), { formats }), {
      disk_format: 'raw',
      local_file_path: 'disk.img',
      min_disk_gb: 2,
    });
  });

  it('asks for no disk of a disc', () => {
    const formats = [
      { format: 'iso', virtualSize: GIBIBYTE, flaws: [] },
      { format: 'gpt', virtualSize: GIBIBYTE, flaws: [] },
    ] as const;
    assert.deepEqual(argumentsOf(file('installer.iso'), { formats }), {
      disk_format: 'iso',
      local_file_path: 'installer.iso',
    });
  });

  it('decompresses what is compressed, and says that the format is a guess', () => {
    const source: NewSource = {
      kind: 'url',
      url: 'https://example.org/fedora-43.raw.xz',
      checksum: `sha256:${'0'.repeat(64)}`,
    };
    assert.deepEqual(argumentsOf(source, { wrapping: 'xz' }), {
      disk_format: 'raw',
      image_source_url: 'https://example.org/fedora-43.raw.xz',
      image_source_checksum: `sha256:${'0'.repeat(64)}`,
      decompress: true,
      properties: { os_distro: 'fedora' },
    });
    assert.match(textOf(source, { wrapping: 'xz' }), /\/\/ Guessed from the name/);
  });

  it('is raw, as a guess, where the content says nothing', () => {
    assert.match(textOf(file('bytes'), {}), /\/\/ Guessed, because the content[^\n]*\n {2}"disk_format": "raw"/);
    assert.match(textOf(file('bytes.vhd'), { fixedVhd: true }), /"disk_format": "vhd"/);
  });

  it('is called after its file', () => {
    assert.equal(suggestName('/images/noble-server-cloudimg-amd64.img'), 'noble-server-cloudimg-amd64');
    assert.equal(suggestName('C:\\images\\win.vhdx'), 'win');
    assert.equal(suggestName('https://example.org/a/Fedora%2043.raw.xz?x=1'), 'Fedora 43');
    assert.equal(suggestName('https://example.org/'), 'example.org');
  });
});
