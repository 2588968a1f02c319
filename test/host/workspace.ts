import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rawDisk } from './raw-disk.ts';

/** Definitions for tests in a real VS Code: one that works, one with mistakes, all in one folder with a small real disk image. */
export async function makeWorkspace(folder: string): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  await writeFile(join(folder, 'images', 'disk.raw'), rawDisk(8));
  await writeFile(
    join(folder, 'ubuntu.image.jsonc'),
    `// An image in both regions.
{
  "name": "Ubuntu 24.04",
  "container_format": "bare",
  "disk_format": "raw",
  "local_file_path": "images/disk.raw",
  "regions": ["RegionOne", "RegionTwo"],
  "min_disk_gb": 1,
  "tags": ["lts"],
  "properties": { "os_distro": "ubuntu", "hw_disk_bus": "virtio" },
}
`,
  );
  await writeFile(
    join(folder, 'mistakes.image.jsonc'),
    `{
  "name": "Mistakes",
  "container_format": "bare",
  "disk_formt": "raw",
  "min_disk_gb": "ten"
}
`,
  );
}
