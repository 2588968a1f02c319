import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inspection } from '../../../../../src/core/source/inspection/inspection.ts';
import { findings, inspected } from './bytes.ts';

const available = spawnSync('qemu-img', ['--version']).status === 0;
const required = process.env.GLANCE_IMAGES_REQUIRE_OPENSTACK !== undefined;
const MEBIBYTE = 1024 * 1024;

describe('images made by qemu-img', () => {
  let folder: string | undefined;

  before(async function () {
    if (!available && !required) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'glance-images-qemu-'));
    // A disk with some data, so that no table is empty.
    const disk = Buffer.alloc(8 * MEBIBYTE);
    disk.fill('data of a disk ', 3 * MEBIBYTE, 4 * MEBIBYTE);
    await writeFile(join(folder, 'disk.raw'), disk);
  });

  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function at(name: string): string {
    assert.ok(folder !== undefined);
    return join(folder, name);
  }

  function qemu(...words: readonly string[]): void {
    execFileSync('qemu-img', words, { cwd: at(''), stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** qemu-img measures the processor for the key, and gives up where a busy machine hardly lets it run. */
  function createLuks(...words: readonly string[]): void {
    for (let attempt = 1; ; attempt += 1) {
      try {
        qemu('create', '-f', 'luks', ...words);
        return;
      } catch (error) {
        if (attempt === 20 || !String(error).includes('accurate CPU usage')) throw error;
      }
    }
  }

  async function inspectFile(name: string): Promise<Inspection> {
    return inspected(await readFile(at(name)));
  }

  async function converted(format: string, options?: string): Promise<Inspection> {
    await rm(at('image'), { force: true });
    qemu('convert', '-f', 'raw', '-O', format, ...(options === undefined ? [] : ['-o', options]), 'disk.raw', 'image');
    return inspectFile('image');
  }

  for (const [format, options, told] of [
    ['qcow2', 'compat=0.10', 'qcow2'],
    ['qcow2', 'compat=1.1', 'qcow2'],
    ['qcow2', 'compat=1.1,lazy_refcounts=on', 'qcow2'],
    ['qcow2', 'compat=1.1,compression_type=zstd', 'qcow2'],
    ['qcow2', 'cluster_size=512', 'qcow2'],
    ['vmdk', 'subformat=monolithicSparse', 'vmdk'],
    ['vmdk', 'subformat=streamOptimized', 'vmdk'],
    ['vpc', 'subformat=dynamic,force_size=on', 'vhd'],
    ['vhdx', 'subformat=dynamic', 'vhdx'],
    ['vhdx', 'subformat=fixed', 'vhdx'],
    ['vdi', undefined, 'vdi'],
    ['vdi', 'static=on', 'vdi'],
  ] as const) {
    it(`${format} ${options ?? ''} is ${told}, of the size of its disk, without a flaw`, async () => {
      const found = await converted(format, options);
      assert.deepEqual(findings(found), { formats: [told], flaws: [] });
      assert.equal(found.formats[0]?.virtualSize, 8 * MEBIBYTE);
      assert.equal(found.wrapping, null);
    });
  }

  it('raw is nothing that is known', async () => {
    assert.deepEqual(findings(await inspectFile('disk.raw')), { formats: [], flaws: [] });
  });

  it('a VHD of fixed size is known by its end', async () => {
    const found = await converted('vpc', 'subformat=fixed,force_size=on');
    assert.deepEqual(findings(found).formats, []);
    assert.equal(found.fixedVhd, true);
  });

  for (const [format, options, told, flaw] of [
    ['qcow2', 'extended_l2=on,cluster_size=128k', 'qcow2', 'source-unknown-features'],
    ['qcow2', 'data_file=outside.raw', 'qcow2', 'source-data-file'],
    ['qcow', undefined, 'qcow2', 'source-subformat'],
    ['qed', undefined, 'qed', 'source-subformat'],
    ['vmdk', 'subformat=monolithicFlat', 'vmdk', 'source-outside-extents'],
    ['vmdk', 'subformat=twoGbMaxExtentFlat', 'vmdk', 'source-outside-extents'],
    ['vmdk', 'subformat=twoGbMaxExtentSparse', 'vmdk', 'source-outside-extents'],
  ] as const) {
    it(`${format} ${options ?? ''} is ${told} with the flaw ${flaw}`, async () => {
      assert.deepEqual(findings(await converted(format, options)), { formats: [told], flaws: [flaw] });
    });
  }

  it('names the backing file of a qcow2', async () => {
    qemu('create', '-f', 'qcow2', '-b', 'disk.raw', '-F', 'raw', 'overlay');
    const found = await inspectFile('overlay');
    assert.deepEqual(found.formats[0]?.flaws, [{ code: 'source-backing-file', detail: '"disk.raw"' }]);
  });

  it('names the backing file of a VMDK', async () => {
    qemu('convert', '-f', 'raw', '-O', 'vmdk', 'disk.raw', 'base.vmdk');
    qemu('create', '-f', 'vmdk', '-b', 'base.vmdk', '-F', 'vmdk', 'overlay.vmdk');
    const found = await inspectFile('overlay.vmdk');
    assert.deepEqual(found.formats[0]?.flaws, [{ code: 'source-backing-file', detail: '"base.vmdk"' }]);
  });

  it('finds encryption, in qcow2 and as LUKS', async () => {
    const secret = ['--object', 'secret,id=key,data=abc123'];
    const encrypted = 'encrypt.format=aes,encrypt.key-secret=key';
    qemu('create', ...secret, '-f', 'qcow2', '-o', encrypted, 'secret.qcow2', '8M');
    assert.deepEqual(findings(await inspectFile('secret.qcow2')), { formats: ['qcow2'], flaws: ['source-encrypted'] });
    createLuks(...secret, '-o', 'key-secret=key,iter-time=10', 'secret.luks', '8M');
    const luks = await inspectFile('secret.luks');
    assert.deepEqual(findings(luks), { formats: ['luks'], flaws: [] });
    assert.equal(luks.formats[0]?.virtualSize, 8 * MEBIBYTE);
  });

  for (const [format, options, bytes] of [
    ['qcow2', undefined, 1000],
    ['vmdk', 'subformat=streamOptimized', 12_000],
    ['vpc', 'subformat=dynamic', 2000],
    ['vhdx', undefined, 190_000],
  ] as const) {
    it(`finds that a ${format} was cut`, async () => {
      await converted(format, options);
      await truncate(at('image'), bytes);
      assert.deepEqual(findings(await inspectFile('image')).flaws, ['source-truncated']);
    });
  }
});
