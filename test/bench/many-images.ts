import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newImage, type ImageRecord } from '../../src/sandbox/glance/images/image-record.ts';
import { ROOT } from '../host/folders.ts';

export const IMAGES = 10_000;

/** Runs `work` beside a sandbox cloud, in a process of its own, whose RegionOne has 10,000 public images. */
export async function withManyImages<T>(work: (cloudsFile: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-images-bench-'));
  try {
    const images = join(folder, 'RegionOne', 'images');
    await mkdir(images, { recursive: true });
    for (let index = 0; index < IMAGES; index += 1) {
      const image = record(index);
      await writeFile(join(images, `${image.id}.json`), JSON.stringify(image));
    }
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'sandbox.cjs'), '--dir', folder, '--demo-only'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { cloudsFile } = JSON.parse(line) as { cloudsFile: string };
      return await work(cloudsFile);
    } finally {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function record(index: number): ImageRecord {
  const number = String(index).padStart(12, '0');
  const image = newImage(`00000000-0000-4000-8000-${number}`, null, 1_700_000_000_000_000 + index);
  return Object.assign(image, {
    name: `Image ${number}`,
    status: 'active',
    visibility: 'public',
    container_format: 'bare',
    disk_format: index % 2 === 0 ? 'qcow2' : 'raw',
    size: index + 1,
    checksum: number.padStart(32, '0'),
    os_hash_algo: 'sha512',
    os_hash_value: number.padStart(128, '0'),
    tags: [`tag-${String(index % 20)}`],
    properties: { os_distro: 'ubuntu', hw_disk_bus: 'virtio' },
    stores: ['fast'],
  });
}
