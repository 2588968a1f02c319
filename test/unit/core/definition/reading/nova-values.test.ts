import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import { WELL_KNOWN_PROPERTIES } from '../../../../../src/core/definition/help/well-known-properties.ts';
import { refusedByNova } from '../../../../../src/core/definition/reading/nova-values.ts';

describe('values of properties that Nova refuses', () => {
  for (const [name, value, meant] of [
    ['architecture', 'arm64', 'aarch64'],
    ['hw_disk_bus', 'sata2', 'sata'],
    ['hw_disk_bus', 'Virtio', 'virtio'],
    ['hypervisor_type', 'powervm', 'phyp'],
    ['hw_disk_bus', '', undefined],
    ['architecture', 'riscv64', undefined],
    ['hw_scsi_model', 'auto', undefined],
    ['hw_cpu_cores', 'four', undefined],
  ] as const) {
    it(`are told for ${name}: "${value}"`, () => {
      const refused = refusedByNova(name, value);
      assert.match(refused?.message ?? '', /refuses to make servers of such an image/);
      if (meant !== undefined) assert.equal(refused?.meant, meant);
    });
  }

  it('are none of what it takes, in any case where it does not care, and none of names that it does not know', () => {
    for (const [name, value] of [
      ['architecture', 'AMD64'],
      ['os_type', 'Linux'],
      ['hw_vif_model', 'VirtualE1000'],
      ['hw_cpu_cores', '4'],
      ['my_property', ''],
      ['hw_machine_type', 'anything'],
    ] as const)
      assert.equal(refusedByNova(name, value), undefined, name);
  });

  it('are never offered', () => {
    for (const { name, values } of WELL_KNOWN_PROPERTIES)
      for (const value of values) assert.equal(refusedByNova(name, value), undefined, `${name}: ${value}`);
  });

  it('are a warning at the value, with what is meant as a fix', () => {
    const text =
      '{\n"name": "n", "container_format": "bare", "disk_format": "raw",\n"properties": { "architecture": "arm64", "hw_disk_bus": null } }';
    const [problem, ...more] = parseDefinitions(text, '/w/n.image.jsonc').problems;
    assert.deepEqual(
      [problem?.severity, problem?.code, problem?.line, more],
      ['warning', 'property-value-refused', 3, []],
    );
    assert.deepEqual(problem?.fixes, [{ kind: 'set-value', value: 'aarch64' }]);
  });
});
